"""What a person names in a file, and where each name is used."""

from __future__ import annotations

from netdsl.diagnostics.span import Span
from netdsl.layers.declaration import Declaration
from netdsl.record import Record
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.scope.values import Template

NET, BLOCK, PARAMETER, LET, VARIABLE, LABEL, OUTPUT = (
    "net",
    "block",
    "parameter",
    "let",
    "variable",
    "label",
    "output",
)
LAYER, FUNCTION, FLOWING, CHOICE, OPTION, SCHEME = (
    "layer",
    "function",
    "flowing",
    "choice",
    "option",
    "scheme",
)


class Symbol(Record):
    """A name that the file gives: a net, a block, a parameter, a `let`, a loop's variable, a label.

    `owner` is the net or block it belongs to, which of these themselves is
    the name; `value` is what it stands for, where that is written. It is
    visible from `start` up to `end` of its file.
    """

    kind: str
    name: str
    span: Span
    owner: str
    start: int
    end: int
    value: tree.Node | None = None

    @property
    def place(self) -> tuple[str, int]:
        """Tells symbols apart, also where a file was read again."""
        return self.span.source.name, self.span.start


class Occurrence(Record):
    """A name where it stands: `symbol` is what it means, if the file or one that it uses gives it.

    `kind` is that of the symbol, or of what the language has: a layer, an
    option or choice of one (`declaration`), a function, a scheme.
    """

    span: Span
    kind: str
    symbol: Symbol | None = None
    declaration: Declaration | None = None

    @property
    def is_definition(self) -> bool:
        """Whether the name is given here."""
        return self.symbol is not None and self.symbol.span == self.span


class Names(Record):
    """All that a file names and uses, each in the order of the text."""

    symbols: tuple[Symbol, ...]
    occurrences: tuple[Occurrence, ...]

    def at(self, offset: int) -> Occurrence | None:
        """What stands at an offset, or ends there."""
        touching = [each for each in self.occurrences if each.span.start <= offset <= each.span.end]
        # Of two neighbours the one that begins here is meant.
        return touching[-1] if touching else None

    def visible(self, offset: int) -> list[Symbol]:
        """The parameters, values and labels that a statement at an offset may name."""
        return [each for each in self.symbols if each.start <= offset <= each.end]


def definition_symbol(template: Template) -> Symbol:
    """The symbol of a net or block, which is visible in its whole file."""
    definition = template.definition
    end = len(definition.span.source.text)
    name = definition.name.name
    return Symbol(definition.kind, name, definition.name.span, name, 0, end, definition)


def parameter_symbol(template: Template, parameter: tree.Parameter) -> Symbol:
    """The symbol of a parameter, which is visible from its default on to the end of the body."""
    definition = template.definition
    end = definition.body.span.end if definition.body is not None else definition.span.end
    name = parameter.name
    return Symbol(
        PARAMETER, name.name, name.span, template.name, parameter.span.end, end - 1, parameter.default
    )
