"""Where a statement runs: the names in scope, the module being built, the value that flows."""

from __future__ import annotations

from netdsl.checker.scope.builder import Flow, ScopeBuilder
from netdsl.checker.scope.context import Context
from netdsl.checker.scope.module import Module
from netdsl.checker.scope.values import SilentError
from netdsl.diagnostics.span import Span
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.scope.values import Value


class Binding(Record):
    """A name's value and where it got it; no value where something before went wrong."""

    value: Value | None
    span: Span


class Scope:
    """Names and labels between two braces; what is not here is looked up around them."""

    __slots__ = ("labels", "names", "parent")

    def __init__(self, parent: Scope | None = None) -> None:
        self.parent = parent
        self.names: dict[str, Binding] = {}
        self.labels: dict[str, tuple[Flow, Span]] = {}

    def find(self, name: str) -> Binding | None:
        """The innermost binding of a name."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
        return None

    def find_label(self, name: str) -> tuple[Flow, Span] | None:
        """The innermost labelled value of a name."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.labels:
                return scope.labels[name]
            scope = scope.parent
        return None

    def all_names(self) -> list[str]:
        """Every name in scope, inner ones first."""
        found: list[str] = []
        scope: Scope | None = self
        while scope is not None:
            found.extend(scope.names)
            scope = scope.parent
        return found

    def all_labels(self) -> list[str]:
        """Every label in scope, inner ones first."""
        found: list[str] = []
        scope: Scope | None = self
        while scope is not None:
            found.extend(scope.labels)
            scope = scope.parent
        return found


class Frame:
    """The state in which statements run; `flow` is the value that flows into the next step.

    `loop` is the body of the innermost loop around them, if there is one.
    """

    __slots__ = ("builder", "context", "depth", "flow", "iteration", "loop", "module", "scope")

    def __init__(
        self,
        context: Context,
        module: Module,
        scope: Scope,
        builder: ScopeBuilder,
        flow: Flow | None,
        iteration: tuple[int, ...] = (),
        depth: int = 0,
        loop: Span | None = None,
    ) -> None:
        self.context = context
        self.module = module
        self.scope = scope
        self.builder = builder
        self.flow = flow
        self.iteration = iteration
        self.depth = depth
        self.loop = loop

    def inner(
        self, turn: int | None = None, builder: ScopeBuilder | None = None, loop: Span | None = None
    ) -> Frame:
        """The frame of a pair of braces inside this one; `turn` is the iteration of a `loop`, from 1."""
        iteration = self.iteration if turn is None else (*self.iteration, turn)
        return Frame(
            self.context,
            self.module,
            Scope(self.scope),
            builder or self.builder,
            self.flow,
            iteration if builder is None else (),
            self.depth + 1,
            loop or self.loop,
        )

    def lookup(self, name: str) -> Value | None:
        """The value of a name, None where it has none; raises `SilentError` where that is unknown."""
        binding = self.scope.find(name)
        if binding is None:
            return None
        if binding.value is None:
            raise SilentError
        return binding.value
