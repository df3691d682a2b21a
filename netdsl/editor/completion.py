"""What may be written at the cursor, also where the text around it can't be read."""

from __future__ import annotations

import os

from netdsl.checker.loading.packaged import packaged_names
from netdsl.checker.scope.values import Template
from netdsl.checker.statements.templates import root_of
from netdsl.editor import candidates as offer
from netdsl.editor import cursor as places
from netdsl.editor import keywords as roles
from netdsl.editor import symbols as kinds
from netdsl.editor.candidates import Candidate
from netdsl.editor.cursor import Cursor, Open, read_cursor
from netdsl.editor.hover import called
from netdsl.editor.targets import option_of, scheme_words, written_scheme
from netdsl.layers.declaration import Declaration, Merge
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdsl.editor.document import Document

_VALUES = (kinds.PARAMETER, kinds.LET, kinds.VARIABLE)
_MERGE_WORDS = {"repeat", "for", "if", "let", "require", "branch"}


class Completion(Record):
    """What may stand in place of the text from `start` up to the cursor."""

    start: int
    candidates: tuple[Candidate, ...]


def complete(document: Document, offset: int, earlier: Document | None = None) -> Completion:
    """All that may be written at an offset; the editor picks what begins as what is there.

    `earlier` is the last document in which the definition around the cursor
    could be read: its names stand in where this one has lost them.
    """
    cursor = read_cursor(document.source, offset)
    found = _Completer(document, cursor, offset, earlier).candidates()
    unique: dict[str, Candidate] = {}
    for each in found:
        unique.setdefault(each.label, each)
    return Completion(cursor.start, tuple(unique.values()))


class _Completer:
    """The candidates of one place."""

    def __init__(self, document: Document, cursor: Cursor, offset: int, earlier: Document | None) -> None:
        self.document = document
        self.cursor = cursor
        self.offset = offset
        self.earlier = earlier

    def candidates(self) -> Iterator[Candidate]:
        """By what the place wants."""
        match self.cursor.wants:
            case places.FILE:
                yield from offer.words(roles.FILE)
            case places.STATEMENT:
                yield from self.statements()
            case places.STEP:
                yield from self.steps()
            case places.VALUE:
                yield from self.option_values()
                yield from self.values()
            case places.ARGUMENT:
                yield from self.arguments()
            case places.BEHIND:
                yield from self.behind()
            case places.VARIANT:
                yield from offer.definitions(self.document.module.names, "net")
            case places.PATH:
                yield from self.paths()

    def visible(self, *wanted: str) -> Iterator[Candidate]:
        """The names of the file that hold here; inner ones first."""
        symbols = self.document.names.visible(self.cursor.start)
        if not self.is_inside_definition() and self.earlier is not None:
            symbols = list(self.earlier.names.symbols)
        yield from offer.named(symbols[::-1], wanted)

    def is_inside_definition(self) -> bool:
        """Whether the tree has the net or block that the cursor is in."""
        start = self.cursor.start
        return any(
            each.span.start <= start <= (each.body.span.end if each.body is not None else each.span.end)
            for each in self.document.file.definitions
        )

    def statements(self) -> Iterator[Candidate]:
        """The beginning of a statement."""
        if self.cursor.before == "RBRACE":
            yield from (each for each in offer.words(roles.BEHIND) if each.label != "as")
        braces = self.cursor.braces
        owner = called(self.document, braces.callee, braces.callee_start) if braces is not None else None
        if isinstance(owner, Merge) and owner.name != "residual":
            yield from (each for each in offer.words(roles.STATEMENT) if each.label in _MERGE_WORDS)
            return
        yield from self.steps()
        yield from (each for each in offer.words(roles.STATEMENT) if each.label != "branch")

    def steps(self) -> Iterator[Candidate]:
        """Layers, blocks, nets, and parameters that may hold one."""
        yield from self.visible(*_VALUES)
        yield from offer.definitions(self.document.module.names)
        yield from offer.layers()

    def values(self) -> Iterator[Candidate]:
        """Anything that has a value."""
        yield from self.visible(*_VALUES)
        yield from offer.flowing()
        yield from offer.functions()
        yield from offer.definitions(self.document.module.names)
        yield from (each.replace(snippet="") for each in offer.layers(offer.LAST))
        yield from offer.words(roles.CONSTANT)
        yield from (each for each in offer.words(roles.EXPRESSION) if each.label == "not")

    def arguments(self) -> Iterator[Candidate]:
        """The beginning of an argument."""
        call = self.cursor.call
        if call is None:
            yield from self.values()
        elif call.callee == "init":
            yield from self.init_arguments(call)
        elif call.callee == "branch":
            yield from self.visible(kinds.LABEL)
        else:
            yield from self.call_arguments(call)

    def call_arguments(self, call: Open) -> Iterator[Candidate]:
        """The options of what is called, the choices of the one that stands here by position, and values."""
        target = called(self.document, call.callee, call.callee_start)
        if isinstance(target, Merge):
            yield from self.visible(kinds.LABEL)
        if isinstance(target, Declaration):
            if not call.given:
                yield from offer.choices(option_of(target, None, call.position))
            yield from offer.options(target, call.given, call.position - len(call.given))
        elif isinstance(target, Template):
            yield from offer.parameters(root_of(target), call.given, call.position - len(call.given))
        if not call.given:
            yield from self.values()

    def init_arguments(self, call: Open) -> Iterator[Candidate]:
        """A layer, then a scheme, then its options."""
        if call.position == 0:
            yield from (each.replace(snippet="") for each in offer.layers(offer.FIRST))
        elif call.position == 1:
            yield from offer.schemes()
        else:
            yield from offer.scheme_options(written_scheme(self.document.text, call.callee_start), call.given)

    def option_values(self) -> Iterator[Candidate]:
        """The choices of the option whose name stands before the cursor."""
        call = self.cursor.call
        if call is None or call.argument is None:
            return
        if call.callee == "init":
            yield from offer.bare(*scheme_words(call.argument))
            return
        target = called(self.document, call.callee, call.callee_start)
        if isinstance(target, Declaration):
            yield from offer.choices(target.option(call.argument))

    def behind(self) -> Iterator[Candidate]:
        """What goes on after a value or a step."""
        inside = self.cursor.open[-1] if self.cursor.open else None
        yield from (each for each in offer.words(roles.EXPRESSION) if each.label != "not")
        yield from (each.replace(snippet="") for each in offer.words(roles.STATEMENT) if each.label == "if")
        if inside is not None and inside.kind == "LBRACE":
            yield from (each for each in offer.words(roles.BEHIND) if each.label == "as")

    def paths(self) -> Iterator[Candidate]:
        """Files beside this one, and packaged ones."""
        folder = self.document.analysis.folder
        if folder is None:
            return
        own = os.path.basename(self.document.source.name)
        try:
            beside = sorted(each for each in os.listdir(folder) if each.endswith(".net") and each != own)
        except OSError:
            beside = []
        closing = self.document.text[self.offset : self.offset + 1] == '"'
        is_bare = (
            self.cursor.prefix == "" and self.document.text[self.cursor.start - 1 : self.cursor.start] != '"'
        )
        for name in dict.fromkeys((*beside, *(f"{each}.net" for each in packaged_names()))):
            text = f'"{name}"' if is_bare else name if closing else f'{name}"'
            detail = "beside this file" if name in beside else "packaged"
            yield Candidate(name, offer.FILE, detail, "", text)
