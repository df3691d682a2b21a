"""What meets in a merge."""

from __future__ import annotations

from netdsl.checker.scope.builder import Flow
from netdsl.diagnostics.diagnostic import Label
from netdsl.diagnostics.span import Span
from netdsl.layers.arguments import Arguments
from netdsl.layers.declaration import Merge
from netdsl.layers.merges import BranchError
from netdsl.layers.refusal import LayerError
from netdsl.layers.tensor import TensorType
from netdsl.record import Record
from netdsl.syntax import tree

RESIDUAL = "residual"


class Meeting(Record):
    """The values that meet in a merge, and the one that flows into it.

    `labels` are those of values that were fetched by their names, in order;
    then the first of `inputs` is the value that flows in. `input_size` is the
    spatial size of the network's input.
    """

    step: tree.Step
    merge: Merge
    arguments: Arguments
    inputs: tuple[Flow, ...]
    around: Flow
    input_size: tuple[int, ...]
    labels: tuple[tuple[str, Span], ...] = ()

    @property
    def is_residual(self) -> bool:
        """Whether a body meets its shortcut."""
        return self.merge.name == RESIDUAL

    @property
    def origin(self) -> Flow:
        """The value that the others were made of: the first labelled one, or what flows into the merge."""
        return self.inputs[1] if self.labels else self.around

    def type(self, number: int) -> TensorType:
        """The type of an input; a merge of unknown ones is never asked about."""
        found = self.inputs[number].type
        assert found is not None
        return found

    def called(self, number: int) -> str:
        """What a person calls an input."""
        if self.is_residual:
            return ("the body", "the shortcut")[number]
        if self.labels:
            return f"`{self.labels[number - 1][0]}`" if number else "the value that flows in"
        return f"branch {number + 1}"

    def label(self, number: int, text: str) -> Label:
        """The place where an input got its name, or else was made, with its type in words."""
        if self.labels and number:
            name, span = self.labels[number - 1]
            return Label(span, f"`{name}` is {text}")
        return Label(self.inputs[number].made, f"makes {text}")

    def differing(self, error: BranchError) -> list[int]:
        """The inputs of which an error tells: all that don't go with its first."""
        others = [number for number in range(len(self.inputs)) if number != error.first]
        return sorted(
            {error.first, error.second, *(each for each in others if not self._suits(error.first, each))}
        )

    def _suits(self, first: int, second: int) -> bool:
        try:
            self.merge.rule(self.arguments, (self.type(first), self.type(second)))
        except BranchError:
            return False
        except LayerError:
            # Of two alone, an option may mean nothing.
            return True
        return True
