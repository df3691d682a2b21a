"""The answers about a place in a text that is being written: completion, documentation, layout."""

from __future__ import annotations

from netdsl.diagnostics.render.text import render_report
from netdsl.diagnostics.span import Source
from netdsl.editor import candidates as offer
from netdsl.editor import symbols as kinds
from netdsl.editor.completion import complete
from netdsl.editor.hover import hover
from netdsl.editor.positions import Units
from netdsl.formatter import format_source
from netdsl.playground.request import offset_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.editor.candidates import Candidate
    from netdsl.editor.document import Document
    from netdsl.playground.request import Request

# The kinds of CodeMirror, which has a sign for each.
TYPES = {
    kinds.NET: "class",
    kinds.BLOCK: "class",
    kinds.PARAMETER: "variable",
    kinds.LET: "variable",
    kinds.VARIABLE: "variable",
    kinds.LABEL: "variable",
    kinds.LAYER: "function",
    kinds.FUNCTION: "method",
    kinds.FLOWING: "constant",
    kinds.OPTION: "property",
    kinds.CHOICE: "enum",
    kinds.SCHEME: "enum",
    offer.KEYWORD: "keyword",
    offer.CONSTANT: "constant",
    offer.FILE: "text",
}


def complete_answer(document: Document, request: Request, earlier: Document | None) -> dict[str, object]:
    """All that may stand at a place; `earlier` as for `complete`."""
    units = Units(document.text)
    found = complete(document, offset_of(request, units), earlier)
    return {"from": units.of(found.start), "options": [option(each) for each in found.candidates]}


def option(candidate: Candidate) -> dict[str, object]:
    """A candidate as CodeMirror has it: `snippet` has places to fill in, the last one without a number."""
    return {
        "label": candidate.label,
        "type": TYPES[candidate.kind],
        "detail": candidate.detail,
        "info": candidate.doc,
        "apply": candidate.insert or candidate.label,
        "snippet": candidate.snippet.replace("$0", "${}") or None,
        "order": candidate.order,
    }


def hover_answer(document: Document, request: Request) -> dict[str, object]:
    """What is known of the word at a place; empty where nothing is."""
    units = Units(document.text)
    found = hover(document, offset_of(request, units))
    if found is None:
        return {}
    return {
        "from": units.of(found.span.start),
        "to": units.of(found.span.end),
        "markdown": found.text,
    }


def format_answer(source: Source) -> dict[str, object]:
    """The text in the one layout, or why it has none."""
    made, wrong = format_source(source)
    return {"error": render_report(wrong)} if made is None else {"text": made}
