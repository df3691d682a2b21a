"""A page with the diagram: blocks open and close, and nothing is loaded from elsewhere."""

from __future__ import annotations

import json
from importlib.resources import files
from itertools import pairwise

from netdsl.drawing.heading import heading_of
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
    frame_edge,
    header_marks,
    is_marked,
    label_mark,
    level_of,
    line_mark,
    marked,
    name_style,
    rectangle,
    stack_marks,
    terminal_marks,
    text,
)
from netdsl.drawing.theme import page_style_sheet
from netdsl.drawing.volumes_svg import volumes_picture

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdsl.drawing.heading import Heading
    from netdsl.drawing.scene import Shape
    from netdsl.network.nodes import Network

BUTTONS = (
    '<p class="buttons"><button type="button" id="open-all">Open all</button> '
    '<button type="button" id="close-all">Close all</button></p>'
)


def to_page(placed: Placed, heading: Heading) -> str:
    """The page of a diagram that was placed with the contents of its closed frames."""
    picture, places = foldable_picture(placed, heading.label)
    script = (files("netdsl.drawing") / "folding.js").read_text(encoding="utf-8")
    body = [
        _legend(heading),
        BUTTONS if any(isinstance(item, Frame) for item in placed.graph.items) else "",
        '<div class="picture">',
        picture,
        "</div>",
        f'<script type="application/json" id="places">{places}</script>',
        f'<script type="module">{script}foldPage();\n</script>',
    ]
    return _page(heading, body)


def foldable_picture(placed: Placed, label: str) -> tuple[str, str]:
    """The diagram as SVG with what closed frames hold, and the JSON by which `folding.js` places it anew."""
    scene = compose(placed, columns=False)
    marks = list(_marks(scene))
    picture = document(scene.width, scene.height, label, marks, marks=is_marked(scene))
    return picture, _as_json(placed)


def volumes_page(network: Network) -> str:
    """The page with what the stages make, as boxes."""
    picture = ['<div class="picture">', volumes_picture(network), "</div>"]
    return _page(heading_of(network, settings=True), picture)


def _page(heading: Heading, body: list[str]) -> str:
    name = escape(heading.name)
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
        *(f"<p>{escape(line)}</p>" for line in heading.lines),
        *body,
        "</body>",
        "</html>",
    ]
    return "\n".join(line for line in lines if line) + "\n"


def _legend(heading: Heading) -> str:
    swatches = (
        f'<span><svg width="14" height="10" aria-hidden="true">{rectangle(0, 0, 14, 10, each.style)}</svg> '
        f"{f'<b>{each.sign}</b> ' if each.sign else ''}{escape(each.words)}</span>"
        for each in heading.swatches
    )
    return f'<p class="legend">{heading.legend} {" ".join(swatches)}</p>'


def _marks(scene: Scene) -> Iterator[str]:
    """All that the page can show, each with the id by which the script finds it."""
    for number, shape in enumerate(scene.shapes):
        yield from _shape(number, shape)
    order = sorted(range(len(scene.lines)), key=lambda number: level_of(scene.lines[number]))
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
        height = shape.extent.height
        yield rectangle(left, 0, width, height, marked(f"box f{shape.level % 2}", frame_edge(item)), 6)
        yield rectangle(left, 0, width, HEADER, marked("box bar", item.mark), 6)
        yield rectangle(left, 0, width, height, marked(f"box shut s{item.shade}", item.mark), 6)
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
