"""What a layer says of an input that it can't take, and what would mend it."""

from __future__ import annotations

from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.diagnostics.diagnostic import Code


class Amend(Record):
    """A fix: give the option this value."""

    option: str
    value: str
    title: str


class Remove(Record):
    """A fix: leave the step out."""

    title: str


class InsertBefore(Record):
    """A fix: put a step before this one."""

    step: str
    title: str


class LayerError(Exception):
    """The layer can't take this input with these options.

    `option` names the one that is to blame, so that the message can point at
    it; `shape_is_cause` asks for a second label where the input's size was
    made.
    """

    def __init__(
        self,
        code: Code,
        message: str,
        label: str,
        *,
        help: str | None = None,
        option: str | None = None,
        fix: Amend | Remove | InsertBefore | None = None,
        shape_is_cause: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.label = label
        self.help = help
        self.option = option
        self.fix = fix
        self.shape_is_cause = shape_is_cause
