"""What may be written at a place: names of the file, layers, functions, words."""

from __future__ import annotations

from netdsl.checker.description import shown_default, signature
from netdsl.checker.expressions.functions import FLOWING, FUNCTIONS
from netdsl.editor import documentation
from netdsl.editor import keywords as roles
from netdsl.editor import symbols as kinds
from netdsl.editor.keywords import WORDS
from netdsl.layers.declaration import Declaration, Merge, Option
from netdsl.layers.initialization import SCHEMES
from netdsl.layers.kinds import words_of
from netdsl.layers.table import BUILT_IN
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdsl.checker.scope.values import Template
    from netdsl.editor.symbols import Symbol

KEYWORD, FILE, CONSTANT = "keyword", "file", "constant"
# The order in which candidates are shown.
FIRST, SECOND, THIRD, LAST = 1, 2, 3, 4


class Candidate(Record):
    """Something that may stand at the cursor. `snippet` has places to fill in, as `${1:name}`."""

    label: str
    kind: str
    detail: str = ""
    doc: str = ""
    insert: str = ""
    snippet: str = ""
    order: int = SECOND


def layers(order: int = SECOND) -> Iterator[Candidate]:
    """Every layer and merge, with brackets where it needs something."""
    for each in BUILT_IN.values():
        yield Candidate(
            each.name,
            kinds.LAYER,
            signature(each),
            documentation.layer(each),
            each.name,
            layer_snippet(each),
            order,
        )


def layer_snippet(declaration: Declaration) -> str:
    """How a layer is begun: braces after a merge, brackets where an option must be given."""
    if isinstance(declaration, Merge):
        return f"{declaration.name} {{\n    $0\n}}"
    required = [each.name for each in declaration.options if each.is_required]
    if not required:
        return ""
    places = [
        f"${{{number}:{name}}}" if name in declaration.positional else f"{name}=${{{number}}}"
        for number, name in enumerate(required, 1)
    ]
    return f"{declaration.name}({', '.join(places)})"


def definitions(names: dict[str, Template], kind: str | None = None) -> Iterator[Candidate]:
    """The nets and blocks that a file sees."""
    for name, template in names.items():
        definition = template.definition
        if kind in (None, definition.kind):
            yield Candidate(name, definition.kind, documentation.header(definition), definition.doc, name)


def named(symbols: list[Symbol], wanted: tuple[str, ...]) -> Iterator[Candidate]:
    """The names of these kinds."""
    for each in symbols:
        if each.kind in wanted:
            shown = each.value.span.text if each.value is not None else ""
            yield Candidate(each.name, each.kind, shown.split("\n")[0], "", each.name, order=FIRST)


def functions() -> Iterator[Candidate]:
    """The functions of expressions."""
    for each in FUNCTIONS.values():
        doc = documentation.function(each.name)
        yield Candidate(each.name, kinds.FUNCTION, each.signature, doc, each.name, f"{each.name}($0)", THIRD)


def flowing() -> Iterator[Candidate]:
    """`in_channels` and the like."""
    for name, doc in FLOWING.items():
        yield Candidate(name, kinds.FLOWING, doc, "", name)


def words(*wanted: str) -> Iterator[Candidate]:
    """The words of the language that may stand in these places."""
    for each in WORDS.values():
        if each.role in wanted:
            kind = CONSTANT if each.role == roles.CONSTANT else KEYWORD
            yield Candidate(
                each.word, kind, each.form, documentation.keyword(each.word), each.word, each.snippet, LAST
            )


def options(declaration: Declaration, given: tuple[str, ...], position: int) -> Iterator[Candidate]:
    """The options of a layer that are not given yet, by name or, up to a position, without."""
    passed = (*given, *declaration.positional[:position])
    for each in declaration.options:
        if each.name not in passed:
            default = "" if each.is_required else f" = {shown_default(each)}"
            yield Candidate(
                f"{each.name}=",
                kinds.OPTION,
                f"{each.name}{default}",
                documentation.option(each),
                f"{each.name}=",
                order=FIRST,
            )


def parameters(template: Template, given: tuple[str, ...], position: int) -> Iterator[Candidate]:
    """The parameters of a block or net that are not given yet."""
    header = template.definition.parameters
    passed = (*given, *(each.name.name for each in header[:position]))
    for each in header:
        name = each.name.name
        if name not in passed:
            yield Candidate(f"{name}=", kinds.PARAMETER, each.span.text, "", f"{name}=", order=FIRST)


def choices(option: Option | None) -> Iterator[Candidate]:
    """The bare words that an option takes."""
    for word in words_of(option.kind) if option is not None else ():
        if word.isidentifier():
            yield Candidate(word, kinds.CHOICE, option.name if option else "", "", word, order=FIRST)


def schemes() -> Iterator[Candidate]:
    """The schemes of `init`."""
    for name in SCHEMES:
        yield Candidate(name, kinds.SCHEME, "", documentation.scheme(name), name, order=FIRST)


def scheme_options(name: str, given: tuple[str, ...]) -> Iterator[Candidate]:
    """The options of a scheme that are not given yet."""
    known = [option for option, _, _ in SCHEMES[name].options] if name in SCHEMES else []
    for each in (*known, "parameter"):
        if each not in given:
            doc = documentation.scheme_option(name, each)
            yield Candidate(f"{each}=", kinds.OPTION, "", doc, f"{each}=", order=FIRST)


def bare(*texts: str) -> Iterator[Candidate]:
    """Words that stand for themselves."""
    for text in texts:
        yield Candidate(text, kinds.CHOICE, "", "", text, order=FIRST)
