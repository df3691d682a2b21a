"""What will be constructed: a tree of calls with named children, and the order in which values flow."""

from __future__ import annotations

from netdsl.layers.outcome import Constructor
from netdsl.network.starts import Start
from netdsl.record import Record


class Leaf(Record):
    """One module, made by a call."""

    constructor: Constructor


class Step(Record):
    """Run a child on the values in some slots and keep what it makes in another.

    Slots are reused as soon as their value is no longer needed, so that its
    memory is freed.
    """

    child: str
    inputs: tuple[int, ...]
    output: int


class Container(Record):
    """A module with named children, made of a net, a block or a labelled merge.

    `definition` is its name in the `.net` file. Values come in in the slots
    0, 1, ... (`inputs` of them), and the result leaves from slot `result`.
    In training the children named in `outputs` run too, and what they make
    leaves behind the result.
    """

    definition: str
    doc: str
    children: tuple[tuple[str, Leaf | Container], ...]
    inputs: int
    steps: tuple[Step, ...]
    result: int
    outputs: tuple[str, ...] = ()

    @property
    def is_sequential(self) -> bool:
        """Whether each child simply takes what the one before it made."""
        return (
            self.inputs == 1
            and self.result == 0
            and not self.outputs
            and all(step.inputs == (0,) and step.output == 0 for step in self.steps)
        )


class Plan(Record):
    """A whole module: its root container and the starts that replace torch's own, in running order."""

    root: Container
    starts: tuple[Start, ...]
