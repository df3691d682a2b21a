"""A page with the diagram: blocks open and close, and nothing is loaded from elsewhere."""

from __future__ import annotations

import json
from importlib.resources import files
from itertools import pairwise

from netdsl.drawing.captions import shade_words
from netdsl.drawing.items import BOTTOM, TOP, Frame, Stack, Terminal
from netdsl.drawing.placing import (
    ABOVE_FIRST,
    BELOW_LAST,
    BELOW_TRACKS,
    BETWEEN,
    FIRST_TRACK,
    HEADER,
    LABEL_LEFT,
    LANE,
    PADDING,
    PLAIN_GAP,
    TRACK,
    Extent,
    Placed,
    closed_extent,
    header_width,
    label_reach,
)
from netdsl.drawing.scene import MARGIN, Scene, compose
from netdsl.drawing.svg import (
    badge_marks,
    document,
    escape,
    header_marks,
    label_mark,
    line_mark,
    name_style,
    rectangle,
    stack_marks,
    terminal_marks,
    text,
    title_lines,
)
from netdsl.drawing.theme import page_style_sheet
from netdsl.drawing.volumes_svg import volumes_picture

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdsl.drawing.scene import Shape
    from netdsl.network.nodes import Network

BUTTONS = (
    '<p class="buttons"><button type="button" id="open-all">Open all</button> '
    '<button type="button" id="close-all">Close all</button></p>'
)


def to_page(placed: Placed, network: Network) -> str:
    """The page of a network that was placed with the contents of its closed frames."""
    picture, places = foldable_picture(placed, network)
    script = (files("netdsl.drawing") / "folding.js").read_text(encoding="utf-8")
    body = [
        _legend(),
        BUTTONS if any(isinstance(item, Frame) for item in placed.graph.items) else "",
        '<div class="picture">',
        picture,
        "</div>",
        f'<script type="application/json" id="places">{places}</script>',
        f'<script type="module">{script}foldPage();\n</script>',
    ]
    return _page(network, body)


def foldable_picture(placed: Placed, network: Network) -> tuple[str, str]:
    """The diagram as SVG with what closed frames hold, and the JSON by which `folding.js` places it anew."""
    scene = compose(placed, columns=False)
    picture = document(scene.width, scene.height, network.name, list(_marks(scene)))
    return picture, _as_json(placed)


def volumes_page(network: Network) -> str:
    """The page with what the stages make, as boxes."""
    return _page(network, ['<div class="picture">', volumes_picture(network), "</div>"])


def _page(network: Network, body: list[str]) -> str:
    name, doc, costs = (escape(line) for line in title_lines(network))
    settings = ", ".join(f"{key}={value}" for key, value in network.settings)
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{name}</title>",
        f"<style>{page_style_sheet()}</style>",
        "</head>",
        "<body>",
        f"<h1>{name}</h1>",
        *(f"<p>{line}</p>" for line in (doc, costs, escape(settings)) if line),
        *body,
        "</body>",
        "</html>",
    ]
    return "\n".join(line for line in lines if line) + "\n"


def _legend() -> str:
    swatches = (
        f'<span><svg width="14" height="10" aria-hidden="true">{rectangle(0, 0, 14, 10, f"s{step}")}</svg> '
        f"{word}</span>"
        for step, word in enumerate(shade_words())
    )
    return f'<p class="legend">share of the parameters: {" ".join(swatches)}</p>'


def _marks(scene: Scene) -> Iterator[str]:
    """All that the page can show, each with the id by which the script finds it."""
    for number, shape in enumerate(scene.shapes):
        yield from _shape(number, shape)
    order = sorted(range(len(scene.lines)), key=lambda number: not scene.lines[number].skip)
    for number in order:
        line = scene.lines[number]
        yield line_mark(line, f' id="line{number}"{_hidden(line.shown)}')
    for number, shape in enumerate(scene.shapes):
        if shape.label:
            yield label_mark(shape, f' id="label{number}"{_hidden(shape.shown)}')


def _hidden(shown: bool) -> str:
    return "" if shown else ' display="none"'


def _shape(number: int, shape: Shape) -> Iterator[str]:
    item = shape.item
    place = f'id="item{number}" transform="translate({shape.x},{shape.y})"{_hidden(shape.shown)}'
    left, width = -shape.extent.left, shape.extent.left + shape.extent.right
    if isinstance(item, Frame):
        state, said = ("open", "true") if item.open else ("closed", "false")
        yield f'<g {place} class="frame {state}" role="button" tabindex="0" aria-expanded="{said}">'
        yield f"<title>{escape(item.hint)}</title>"
        yield rectangle(left, 0, width, shape.extent.height, f"box f{shape.level % 2}", 6)
        yield rectangle(left, 0, width, HEADER, "box bar", 6)
        yield rectangle(left, 0, width, shape.extent.height, f"box shut s{item.shade}", 6)
        yield f'<g class="words" transform="translate({left},0)">'
        yield from header_marks(item.replace(badge=""), 0, width)
        yield text(10, 32, item.summary, f"summary {name_style(item.shade)}")
        yield "</g>"
        if item.badge:
            yield f'<g class="badge" transform="translate({left + width},0)">'
            yield from badge_marks(item.badge, 0)
            yield "</g>"
    elif isinstance(item, Stack):
        yield f"<g {place}>"
        yield from stack_marks(item, left, width)
    elif isinstance(item, Terminal):
        yield f"<g {place}>"
        yield from terminal_marks(item, left, width)
    yield "</g>"


def _as_json(placed: Placed) -> str:
    """What the script places anew, in a form that can't end its element."""
    measures = {
        "aboveFirst": ABOVE_FIRST,
        "belowLast": BELOW_LAST,
        "belowTracks": BELOW_TRACKS,
        "between": BETWEEN,
        "firstTrack": FIRST_TRACK,
        "header": HEADER,
        "labelLeft": LABEL_LEFT,
        "lane": LANE,
        "padding": PADDING,
        "plainGap": PLAIN_GAP,
        "track": TRACK,
        "margin": MARGIN,
    }
    text = json.dumps({"measures": measures, "graph": _graph(placed)}, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _graph(placed: Placed) -> dict[str, object]:
    layering = placed.layering
    tracks = {(link.upper, link.lower): link.track for gap in layering.gaps for link in gap}
    ways = [(route.source, *route.passed, route.target) for route in layering.routes]
    items = []
    for item, label, each, body in zip(
        placed.graph.items, placed.labels, placed.extents, placed.bodies, strict=True
    ):
        entry: dict[str, object] = {"label": label_reach(label)}
        if isinstance(item, Frame) and body is not None:
            entry["path"] = item.path
            entry["closed"] = _sides(closed_extent(item))
            entry["header"] = header_width(item)
            entry["body"] = _graph(body)
        else:
            entry["extent"] = _sides(each)
        if isinstance(item, Stack):
            entry["paths"] = [leaf.path for leaf in item.layers]
        items.append(entry)
    return {
        "items": items,
        "rows": layering.rows,
        "threads": layering.threads,
        "order": layering.order,
        "tracks": [layering.tracks(row) for row in range(len(layering.rows))],
        "ways": [{"way": way, "tracks": [tracks[pair] for pair in pairwise(way)]} for way in ways],
        "top": TOP,
        "bottom": BOTTOM,
    }


def _sides(extent: Extent) -> tuple[int, int, int]:
    return extent.left, extent.right, extent.height
