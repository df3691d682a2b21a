"""How a layer is declared: once, with everything that any stage needs to know of it."""

from __future__ import annotations

from netdsl.layers.kinds import Accepted, Kind
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from netdsl.layers.arguments import Arguments
    from netdsl.layers.outcome import Outcome
    from netdsl.layers.tensor import TensorType


class Required(Record):
    """Stands for the default of an option that has none."""


REQUIRED = Required()


class Option(Record):
    """An option of a layer, named as in torch.nn."""

    name: str
    kind: Kind
    default: Accepted | Required
    doc: str

    @property
    def is_required(self) -> bool:
        """Whether it must be given."""
        return isinstance(self.default, Required)


class Declaration(Record):
    """A layer or merge of the table.

    `positional` names the options that may be given by position (what it
    makes, then its kernel). `torch` says what it becomes, for the reference.
    `synonyms` are names used elsewhere, for suggestions.
    """

    name: str
    doc: str
    options: tuple[Option, ...]
    positional: tuple[str, ...]
    torch: str
    example: str
    family: str = ""
    synonyms: tuple[str, ...] = ()

    def option(self, name: str) -> Option | None:
        """The option of this name."""
        return next((option for option in self.options if option.name == name), None)


class FromInput(Record):
    """An option of `torch.nn`'s that the checker takes from what flows in, and its position there from 0."""

    name: str
    position: int = 0


NEVER, OVERWRITING, ALWAYS = "never", "overwriting", "always"


class Layer(Declaration):
    """Takes one value and makes one; `rule` says what comes out, or raises `LayerError`.

    `spellings` are synonyms that mean the layer with certain options, and
    how that is written: `dropout2d` is `dropout(p, spatial=true)`. `keeps`
    says when the gradient needs what the layer made, so that nothing may
    overwrite it: never, always, or where the layer overwrites its own input.
    `passes` says that it may hand on its very input, as dropout does in
    evaluation. `from_input` is what people who know torch will write, too.
    """

    rule: Callable[[Arguments, TensorType], Outcome] = None  # type: ignore[assignment]
    spellings: tuple[tuple[str, str], ...] = ()
    keeps: str = NEVER
    passes: bool = False
    from_input: FromInput | None = None


class Merge(Declaration):
    """Takes several values and makes one."""

    rule: Callable[[Arguments, tuple[TensorType, ...]], Outcome] = None  # type: ignore[assignment]
