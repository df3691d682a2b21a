"""The answer to `draw`: the diagram of the net that is shown."""

from __future__ import annotations

from netdsl import drawing
from netdsl.diagnostics.catalogue.runs import MISSING_EXTRA
from netdsl.diagnostics.diagnostic import DiagnosticError
from netdsl.diagnostics.render.text import render_text
from netdsl.playground.request import choice_of, flag_of
from netdsl.playground.texts import shown_network

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.editor.document import Document
    from netdsl.playground.request import Request

STYLES = ("blocks", "volumes")


def draw_answer(document: Document, request: Request) -> dict[str, object]:
    """The picture as SVG, with the places by which its blocks open and close, as JSON.

    Or why there is none; `needs` names a library that is not there.
    """
    style, expand = choice_of(request, "style", STYLES), flag_of(request, "expand")
    network = shown_network(document)
    if network is None:
        return {"error": "a net with errors can't be drawn"}
    try:
        if style == "volumes":
            return {"svg": drawing.draw_volumes(network), "places": None}
        svg, places = drawing.draw_foldable(network, expand=expand)
        return {"svg": svg, "places": places}
    except DiagnosticError as error:
        answer: dict[str, object] = {"error": render_text([error.diagnostic])}
        return {**answer, "needs": "igraph"} if error.diagnostic.code is MISSING_EXTRA else answer
