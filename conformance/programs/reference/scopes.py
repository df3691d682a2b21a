"""What a statement sees: names, labels, the value that flows; and the names that modules get."""

from __future__ import annotations

from dataclasses import dataclass, field

from conformance.programs.reference.values import Flow, Value
from netdsl.syntax import tree


@dataclass(slots=True)
class Scope:
    """The names and labels of a pair of braces; what is not here is looked up around them."""

    parent: Scope | None = None
    names: dict[str, Value] = field(default_factory=dict)
    labels: dict[str, Flow] = field(default_factory=dict)

    def value(self, name: str) -> Value | None:
        """The innermost value of a name."""
        if name in self.names:
            return self.names[name]
        return self.parent.value(name) if self.parent else None

    def label(self, name: str) -> Flow | None:
        """The innermost value of a label."""
        if name in self.labels:
            return self.labels[name]
        return self.parent.label(name) if self.parent else None


@dataclass(slots=True)
class Start:
    """An `init` statement: the layers and the parameter it is about, and the call of torch.nn.init."""

    node: tree.Init
    layer: str
    parameter: str
    scheme: str
    options: dict[str, Value]


@dataclass(slots=True)
class Part:
    """A net, block or labelled merge: a module whose children are named by label, or by kind and count."""

    prefix: str
    around: Part | None = None
    taken: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)
    starts: list[Start] = field(default_factory=list)

    def name(self, kind: str, label: str | None) -> str | None:
        """The name of a step, None where its label is taken."""
        if label is not None:
            if label in self.taken:
                return None
            self.taken.add(label)
            return label
        while True:
            self.counts[kind] = self.counts.get(kind, 0) + 1
            name = f"{kind}{self.counts[kind]}"
            if name not in self.taken:
                self.taken.add(name)
                return name

    def rules(self) -> list[Start]:
        """The `init` statements that hold here; of those that fit a parameter, the last wins."""
        return [*(self.around.rules() if self.around else []), *self.starts]


@dataclass(slots=True)
class Frame:
    """The state in which statements run."""

    scope: Scope
    part: Part
    flow: Flow | None
    turns: tuple[int, ...] = ()
    depth: int = 0

    def braces(self, turn: int | None = None, part: Part | None = None) -> Frame:
        """The state inside a pair of braces; `turn` is that of a loop, `part` that of a labelled merge."""
        turns = () if part else self.turns if turn is None else (*self.turns, turn)
        return Frame(Scope(self.scope), part or self.part, self.flow, turns, self.depth + 1)
