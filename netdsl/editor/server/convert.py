"""Answers in the words of the Language Server Protocol."""

from __future__ import annotations

from lsprotocol import types as lsp

from netdsl.diagnostics.diagnostic import Edit, Severity
from netdsl.diagnostics.span import Source, Span
from netdsl.editor import candidates as offer
from netdsl.editor import symbols as kinds
from netdsl.editor.actions import Action
from netdsl.editor.candidates import Candidate
from netdsl.editor.findings import Finding
from netdsl.editor.hints import Hint
from netdsl.editor.outline import Entry, Fold
from netdsl.editor.positions import Lines
from netdsl.editor.semantic import MODIFIERS, TYPES, SemanticToken
from netdsl.editor.signature import Signature

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
}
COMPLETION_KINDS = {
    kinds.NET: lsp.CompletionItemKind.Class,
    kinds.BLOCK: lsp.CompletionItemKind.Class,
    kinds.PARAMETER: lsp.CompletionItemKind.Variable,
    kinds.LET: lsp.CompletionItemKind.Variable,
    kinds.VARIABLE: lsp.CompletionItemKind.Variable,
    kinds.LABEL: lsp.CompletionItemKind.Reference,
    kinds.LAYER: lsp.CompletionItemKind.Function,
    kinds.FUNCTION: lsp.CompletionItemKind.Function,
    kinds.FLOWING: lsp.CompletionItemKind.Constant,
    kinds.OPTION: lsp.CompletionItemKind.Field,
    kinds.CHOICE: lsp.CompletionItemKind.EnumMember,
    kinds.SCHEME: lsp.CompletionItemKind.EnumMember,
    offer.KEYWORD: lsp.CompletionItemKind.Keyword,
    offer.CONSTANT: lsp.CompletionItemKind.Constant,
    offer.FILE: lsp.CompletionItemKind.File,
}
SYMBOL_KINDS = {
    kinds.NET: lsp.SymbolKind.Class,
    kinds.BLOCK: lsp.SymbolKind.Class,
    kinds.PARAMETER: lsp.SymbolKind.Variable,
    kinds.LET: lsp.SymbolKind.Constant,
    kinds.LABEL: lsp.SymbolKind.Field,
    kinds.OUTPUT: lsp.SymbolKind.Field,
}


class Converter:
    """Converts for one client: `encoding` is how it counts columns, `uri_of` names a source's file."""

    def __init__(self, encoding: str, uri_of: Callable[[str], str]) -> None:
        self.encoding = encoding
        self.uri_of = uri_of
        self._lines: tuple[Source, Lines] | None = None

    def lines(self, source: Source) -> Lines:
        """The lines of a source; those of the last one are kept."""
        if self._lines is None or self._lines[0] is not source:
            self._lines = (source, Lines(source.text, self.encoding))
        return self._lines[1]

    def offset(self, source: Source, position: lsp.Position) -> int:
        """The offset of a position."""
        return self.lines(source).offset(position.line, position.character)

    def position(self, source: Source, offset: int) -> lsp.Position:
        """The position of an offset."""
        return lsp.Position(*self.lines(source).position(offset))

    def range(self, span: Span) -> lsp.Range:
        """The range of a span."""
        return lsp.Range(self.position(span.source, span.start), self.position(span.source, span.end))

    def location(self, span: Span) -> lsp.Location:
        """The place of a span, in whichever file."""
        return lsp.Location(self.uri_of(span.source.name), self.range(span))

    def diagnostic(self, finding: Finding) -> lsp.Diagnostic:
        """A finding with its related places."""
        related = [
            lsp.DiagnosticRelatedInformation(self.location(each.span), each.text) for each in finding.related
        ]
        return lsp.Diagnostic(
            self.range(finding.span),
            finding.text,
            severity=SEVERITIES.get(finding.severity, lsp.DiagnosticSeverity.Hint),
            code=finding.code,
            source="netdsl",
            related_information=related or None,
            tags=[lsp.DiagnosticTag.Unnecessary] if finding.is_unused else None,
        )

    def edits(self, edits: Sequence[Edit]) -> list[lsp.TextEdit]:
        """Edits of one text."""
        return [lsp.TextEdit(self.range(each.span), each.replacement) for each in edits]

    def workspace_edit(self, edits: Sequence[Edit]) -> lsp.WorkspaceEdit:
        """Edits of several files."""
        changes: dict[str, list[lsp.TextEdit]] = {}
        for each in edits:
            uri = self.uri_of(each.span.source.name)
            changes.setdefault(uri, []).extend(self.edits([each]))
        return lsp.WorkspaceEdit(changes=changes)

    def action(self, action: Action) -> lsp.CodeAction:
        """A quick fix, or the fix of all."""
        is_one = action.finding is not None
        return lsp.CodeAction(
            action.title,
            lsp.CodeActionKind.QuickFix if is_one else lsp.CodeActionKind.SourceFixAll,
            diagnostics=[self.diagnostic(action.finding)] if action.finding is not None else None,
            is_preferred=action.is_safe if is_one else None,
            edit=self.workspace_edit(action.edits),
        )

    def entry(self, entry: Entry) -> lsp.DocumentSymbol:
        """A net or block of the outline with what is in it."""
        return lsp.DocumentSymbol(
            entry.name,
            SYMBOL_KINDS[entry.kind],
            self.range(entry.span),
            self.range(entry.name_span),
            detail=entry.detail,
            children=[self.entry(each) for each in entry.children],
        )

    def hint(self, source: Source, hint: Hint) -> lsp.InlayHint:
        """A shape after a statement."""
        return lsp.InlayHint(
            self.position(source, hint.offset),
            f"→ {hint.text}",
            kind=lsp.InlayHintKind.Type,
            tooltip=hint.tooltip,
            padding_left=True,
        )

    def completion(self, span: Span, candidate: Candidate, has_snippets: bool) -> lsp.CompletionItem:
        """A candidate that replaces what is begun."""
        is_snippet = bool(candidate.snippet) and has_snippets
        text = candidate.snippet if is_snippet else candidate.insert or candidate.label
        return lsp.CompletionItem(
            candidate.label,
            kind=COMPLETION_KINDS[candidate.kind],
            detail=candidate.detail or None,
            documentation=markdown(candidate.doc) if candidate.doc else None,
            sort_text=f"{candidate.order}{candidate.label}",
            filter_text=candidate.label,
            insert_text_format=lsp.InsertTextFormat.Snippet if is_snippet else lsp.InsertTextFormat.PlainText,
            text_edit=lsp.TextEdit(self.range(span), text),
        )

    def tokens(self, source: Source, tokens: Sequence[SemanticToken]) -> list[int]:
        """Semantic tokens as five numbers each: the way from the one before, length, type, modifiers."""
        data: list[int] = []
        last_line, last_column = 0, 0
        lines = self.lines(source)
        for token in tokens:
            line, column = lines.position(token.start)
            length = lines.position(token.end)[1] - column
            modifiers = sum(1 << MODIFIERS.index(each) for each in token.modifiers)
            step = column if line != last_line else column - last_column
            data += [line - last_line, step, length, TYPES.index(token.type), modifiers]
            last_line, last_column = line, column
        return data


def markdown(text: str) -> lsp.MarkupContent:
    """A text as Markdown."""
    return lsp.MarkupContent(lsp.MarkupKind.Markdown, text)


def fold(fold: Fold) -> lsp.FoldingRange:
    """Lines that can be folded."""
    kind = lsp.FoldingRangeKind.Comment if fold.is_comment else lsp.FoldingRangeKind.Region
    return lsp.FoldingRange(fold.first - 1, fold.last - 1, kind=kind)


def signature(found: Signature) -> lsp.SignatureHelp:
    """A call, with the part that is being written."""
    parts = [
        lsp.ParameterInformation(each.text, documentation=markdown(each.doc) if each.doc else None)
        for each in found.parts
    ]
    # A number beyond the last means that none is active.
    active = len(parts) if found.active is None else found.active
    about = lsp.SignatureInformation(found.label, markdown(found.doc), parts, active)
    return lsp.SignatureHelp([about], 0, active)
