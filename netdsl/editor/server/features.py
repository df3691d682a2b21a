"""What the server answers: a function a request, each a question to the pure ones."""

from __future__ import annotations

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from netdsl.editor.actions import actions
from netdsl.editor.completion import complete
from netdsl.editor.hints import hints
from netdsl.editor.hover import hover
from netdsl.editor.layout import format_edits
from netdsl.editor.navigation import definition_at, highlights, references, symbol_at
from netdsl.editor.outline import folds, outline
from netdsl.editor.rename import RenameError, rename, renamed_at
from netdsl.editor.semantic import MODIFIERS, TYPES, semantic_tokens
from netdsl.editor.server import convert
from netdsl.editor.server.connection import Server, path_of
from netdsl.editor.signature import signature_at

REQUEST_FAILED = -32803


def did_initialize(server: Server, _: lsp.InitializedParams) -> None:
    """Remember the folders of the workspace."""
    folders = (path_of(each.uri) for each in server.workspace.folders.values())
    server.session.texts.folders = tuple(each for each in folders if each is not None)


def did_change_folders(server: Server, _: lsp.DidChangeWorkspaceFoldersParams) -> None:
    """The folders are others now."""
    did_initialize(server, lsp.InitializedParams())


def did_open(server: Server, params: lsp.DidOpenTextDocumentParams) -> None:
    """Check a text that was opened."""
    document = params.text_document
    server.changed(document.uri, document.text, document.version)


def did_change(server: Server, params: lsp.DidChangeTextDocumentParams) -> None:
    """Check a text that was changed."""
    uri = params.text_document.uri
    server.changed(uri, server.workspace.get_text_document(uri).source, params.text_document.version)


def did_close(server: Server, params: lsp.DidCloseTextDocumentParams) -> None:
    """Forget a text."""
    server.closed(params.text_document.uri)


def code_action(server: Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    """The fixes of what is wrong in a range."""
    document, converter = server.document(params.text_document.uri), server.converter()
    start = converter.offset(document.source, params.range.start)
    end = converter.offset(document.source, params.range.end)
    only = params.context.only
    made = [converter.action(each) for each in actions(document, start, end)]
    return [each for each in made if only is None or any(is_kind(str_of(each.kind), str_of(k)) for k in only)]


def str_of(kind: lsp.CodeActionKind | str | None) -> str:
    """A kind as text."""
    return kind.value if isinstance(kind, lsp.CodeActionKind) else kind or ""


def is_kind(kind: str, wanted: str) -> bool:
    """Whether a kind is the wanted one, or one of its kinds."""
    return kind == wanted or kind.startswith(f"{wanted}.")


def document_symbol(server: Server, params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
    """The outline."""
    document, converter = server.document(params.text_document.uri), server.converter()
    return [converter.entry(each) for each in outline(document.file)]


def folding_range(server: Server, params: lsp.FoldingRangeParams) -> list[lsp.FoldingRange]:
    """What can be folded."""
    return [convert.fold(each) for each in folds(server.document(params.text_document.uri).file)]


def formatting(server: Server, params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit]:
    """The whole text in the one layout."""
    document = server.document(params.text_document.uri)
    return server.converter().edits(format_edits(document.source))


def range_formatting(server: Server, params: lsp.DocumentRangeFormattingParams) -> list[lsp.TextEdit]:
    """The statements on some lines in the one layout."""
    document = server.document(params.text_document.uri)
    # An editor's range that ends before the first column of a line leaves that line out.
    begin, end = params.range.start, params.range.end
    last = end.line if end.character > 0 or end.line == begin.line else end.line - 1
    return server.converter().edits(format_edits(document.source, (begin.line + 1, last + 1)))


def hovering(server: Server, params: lsp.HoverParams) -> lsp.Hover | None:
    """What is known of a word."""
    document, offset, converter = server.at(params)
    found = hover(document, offset)
    return lsp.Hover(convert.markdown(found.text), converter.range(found.span)) if found else None


def inlay_hint(server: Server, params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
    """The shapes after the statements of a range."""
    document, converter = server.document(params.text_document.uri), server.converter()
    start = converter.offset(document.source, params.range.start)
    end = converter.offset(document.source, params.range.end)
    return [converter.hint(document.source, each) for each in hints(document, start, end)]


def completion(server: Server, params: lsp.CompletionParams) -> lsp.CompletionList:
    """What may be written."""
    document, offset, converter = server.at(params)
    found = complete(document, offset, server.session.readable.get(params.text_document.uri))
    span = document.source.span(found.start, offset)
    support = server.client_capabilities.text_document
    item = support.completion.completion_item if support and support.completion else None
    has_snippets = bool(item and item.snippet_support)
    return lsp.CompletionList(
        False, [converter.completion(span, each, has_snippets) for each in found.candidates]
    )


def signature_help(server: Server, params: lsp.SignatureHelpParams) -> lsp.SignatureHelp | None:
    """The call around the cursor."""
    document, offset, _ = server.at(params)
    found = signature_at(document, offset)
    return convert.signature(found) if found is not None else None


def definition(server: Server, params: lsp.DefinitionParams) -> lsp.Location | None:
    """Where a name is given."""
    document, offset, converter = server.at(params)
    span = definition_at(document, offset, server.session.texts)
    return converter.location(span) if span is not None else None


def find_references(server: Server, params: lsp.ReferenceParams) -> list[lsp.Location]:
    """Where a name is used."""
    document, offset, converter = server.at(params)
    symbol = symbol_at(document, offset)
    if symbol is None:
        return []
    found = [converter.location(each) for each in references(document, symbol, server.session.texts)]
    given = converter.location(symbol.span)
    return found if params.context.include_declaration else [each for each in found if each != given]


def document_highlight(server: Server, params: lsp.DocumentHighlightParams) -> list[lsp.DocumentHighlight]:
    """The places of this text that mean the same."""
    document, offset, converter = server.at(params)
    return [lsp.DocumentHighlight(converter.range(each)) for each in highlights(document, offset)]


def prepare_rename(server: Server, params: lsp.PrepareRenameParams) -> lsp.Range | None:
    """The name that would be changed."""
    document, offset, converter = server.at(params)
    span = renamed_at(document, offset)
    return converter.range(span) if span is not None else None


def renaming(server: Server, params: lsp.RenameParams) -> lsp.WorkspaceEdit:
    """The edits that change a name; a name that can't be given is refused with the reason."""
    document, offset, converter = server.at(params)
    try:
        return converter.workspace_edit(rename(document, offset, params.new_name, server.session.texts))
    except RenameError as error:
        raise JsonRpcException(str(error), REQUEST_FAILED) from None


def semantic(server: Server, params: lsp.SemanticTokensParams) -> lsp.SemanticTokens:
    """What every word is."""
    document = server.document(params.text_document.uri)
    return lsp.SemanticTokens(server.converter().tokens(document.source, semantic_tokens(document)))


FEATURES = (
    (lsp.INITIALIZED, did_initialize, None),
    (lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, did_change_folders, None),
    (lsp.TEXT_DOCUMENT_DID_OPEN, did_open, None),
    (lsp.TEXT_DOCUMENT_DID_CHANGE, did_change, None),
    (lsp.TEXT_DOCUMENT_DID_CLOSE, did_close, None),
    (
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        code_action,
        lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix, lsp.CodeActionKind.SourceFixAll]),
    ),
    (lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL, document_symbol, None),
    (lsp.TEXT_DOCUMENT_FOLDING_RANGE, folding_range, None),
    (lsp.TEXT_DOCUMENT_FORMATTING, formatting, None),
    (lsp.TEXT_DOCUMENT_RANGE_FORMATTING, range_formatting, None),
    (lsp.TEXT_DOCUMENT_HOVER, hovering, None),
    (lsp.TEXT_DOCUMENT_INLAY_HINT, inlay_hint, None),
    (lsp.TEXT_DOCUMENT_COMPLETION, completion, lsp.CompletionOptions(["(", ",", "=", ">", '"'])),
    (lsp.TEXT_DOCUMENT_SIGNATURE_HELP, signature_help, lsp.SignatureHelpOptions(["(", ","], [","])),
    (lsp.TEXT_DOCUMENT_DEFINITION, definition, None),
    (lsp.TEXT_DOCUMENT_REFERENCES, find_references, None),
    (lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, document_highlight, None),
    (lsp.TEXT_DOCUMENT_PREPARE_RENAME, prepare_rename, None),
    (lsp.TEXT_DOCUMENT_RENAME, renaming, lsp.RenameOptions(prepare_provider=True)),
    (
        lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
        semantic,
        lsp.SemanticTokensLegend(list(TYPES), list(MODIFIERS)),
    ),
)


def create_server() -> Server:
    """A server that answers all of these."""
    server = Server()
    for method, function, options in FEATURES:
        server.feature(method, options)(function)
    return server
