"""How a layer is declared: once, with everything that any stage needs to know of it."""

from __future__ import annotations

from netdsl.diagnostics.diagnostic import Code
from netdsl.layers.kinds import Accepted, Integers, Kind
from netdsl.layers.tensor import TensorType
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


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


class Constructor(Record):
    """The call that makes the module: an importable class, positional and keyword arguments."""

    target: str
    arguments: tuple[Accepted, ...] = ()
    keywords: tuple[tuple[str, Accepted], ...] = ()

    @property
    def call(self) -> str:
        """The call as Python has it: `Conv2d(3, 18, 5)`."""
        words = [repr(each) for each in self.arguments] + [f"{name}={each!r}" for name, each in self.keywords]
        return f"{self.target.rpartition('.')[2]}({', '.join(words)})"


class Window(Record):
    """What one output position sees of the input, by spatial axis.

    `extent` is the reach of the (dilated) kernel; `stride` the step between
    neighbouring outputs, a fraction where the map grows. `whole` means that
    every output sees every position.
    """

    extent: tuple[int, ...] = ()
    stride: tuple[float, ...] = ()
    whole: bool = False


class Outcome(Record):
    """What a layer does to its input.

    `parameters` are the learned tensors by name and shape. `multiply_adds`
    counts one sample. A `view` shares its input's memory. A layer `mixes`
    where what it makes of a position depends on all channels or features
    there. One that moves elements says of each axis that it makes which
    `axes` of its input, from 0, are in it.
    """

    output: TensorType
    constructor: Constructor
    parameters: tuple[tuple[str, tuple[int, ...]], ...] = ()
    multiply_adds: int = 0
    window: Window | None = None
    view: bool = False
    mixes: bool = False
    axes: tuple[tuple[int, ...], ...] = ()


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


class Arguments:
    """The values of all options of one use of a layer, defaults filled in."""

    __slots__ = ("declaration", "given", "values")

    def __init__(
        self, declaration: Declaration, values: Mapping[str, Accepted], given: frozenset[str]
    ) -> None:
        self.declaration = declaration
        self.values = values
        self.given = given

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Arguments) or self.declaration.name != other.declaration.name:
            return False
        return self.values == other.values and self.given == other.given

    def __hash__(self) -> int:
        return hash((self.declaration.name, self.given))

    def integer(self, name: str) -> int:
        """The value of an option of kind `Integer`."""
        value = self.values[name]
        assert isinstance(value, int)
        return value

    def number(self, name: str) -> float:
        """The value of an option of kind `Number`."""
        value = self.values[name]
        assert isinstance(value, int | float)
        return value

    def flag(self, name: str) -> bool:
        """The value of an option of kind `Flag`."""
        return self.values[name] is True

    def word(self, name: str) -> str | None:
        """The value of an option if it is a word, else None."""
        value = self.values[name]
        return value if isinstance(value, str) else None

    def sizes(self, name: str) -> tuple[int, ...]:
        """The value of an option of kind `Size` or `Integers`."""
        value = self.values[name]
        assert isinstance(value, tuple)
        return value

    def sizes_or(self, name: str, default: tuple[int, ...]) -> tuple[int, ...]:
        """The same, with a default where it is None."""
        value = self.values[name]
        return value if isinstance(value, tuple) else default

    @property
    def written(self) -> tuple[tuple[str, Accepted], ...]:
        """The options as a file would give them: no defaults, but for those given by position."""
        by_position = self.declaration.positional
        found = []
        for option in self._in_order():
            value = self.values[option.name]
            # A list of its own length is written in full, a size once for all axes.
            short = value if isinstance(option.kind, Integers) else compact(value)
            is_given = option.name in self.given and option.name in by_position
            if short != compact_default(option) or is_given:
                found.append((option.name, short))
        return tuple(found)

    def _in_order(self) -> list[Option]:
        """The options that have values, those by position first."""
        names = dict.fromkeys((*self.declaration.positional, *self.values))
        options = (self.declaration.option(name) for name in names if name in self.values)
        return [option for option in options if option is not None]

    def keywords(self, *names: str) -> tuple[tuple[str, Accepted], ...]:
        """Torch's keywords: the named options that differ from their defaults."""
        options = {option.name: option for option in self.declaration.options}
        return tuple(
            (name, compact(self.values[name]))
            for name in names
            if compact(self.values[name]) != compact_default(options[name])
        )


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


def compact(value: Accepted) -> Accepted:
    """A size that is the same along all axes as one integer, as people write it."""
    if isinstance(value, tuple) and len(value) > 0 and len(set(value)) == 1:
        return value[0]
    return value


def compact_default(option: Option) -> Accepted:
    """The compact default; a required option has none that a value could equal."""
    return "required" if isinstance(option.default, Required) else compact(option.default)
