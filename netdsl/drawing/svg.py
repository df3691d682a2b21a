"""A scene as SVG."""

from __future__ import annotations

from netdsl.drawing.captions import cut, shade_words, short_count
from netdsl.drawing.items import Frame, Stack, Terminal
from netdsl.drawing.placing import CLOSED, HEADER, LABEL_LEFT, ROW, SMALL_LETTER, TERMINAL, text_width
from netdsl.drawing.theme import style_sheet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdsl.drawing.scene import Line, Scene, Shape
    from netdsl.network.nodes import Network

TITLE_HEIGHT = 84
LEGEND_WIDTH = 580
LONGEST_LINE = 100
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


def escape(text: str) -> str:
    """A text as it may stand in SVG and HTML, in attributes too."""
    return text.translate(_ESCAPES)


def to_svg(scene: Scene, network: Network) -> str:
    """The whole picture with its title and the legend of its shades."""
    width = max(scene.width, title_width(network), LEGEND_WIDTH + 48)
    height = scene.height + TITLE_HEIGHT
    inner = [*title(network), f'<g transform="translate({(width - scene.width) // 2},{TITLE_HEIGHT})">']
    inner += [*drawn(scene), "</g>"]
    return document(width, height, f"{network.name}: {network.input} to {network.output}", inner)


def document(width: int, height: int, label: str, inner: list[str]) -> str:
    """An SVG file with the style sheet and the arrow heads."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">',
        f"<style>{style_sheet()}</style>",
        f"<defs>{_head('head')}{_head('skip-head')}</defs>",
        f'<rect class="paper" width="{width}" height="{height}" stroke="none" style="stroke:none"/>',
        *inner,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _head(name: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path class="{name}" d="M0,0.5 L8,4 L0,7.5 Z"/></marker>'
    )


def text(x: int, y: int, words: str, style: str = "") -> str:
    """A text that begins at a place, or as its classes say."""
    classes = f' class="{style}"' if style else ""
    return f'<text x="{x}" y="{y}"{classes}>{escape(words)}</text>'


def rectangle(x: int, y: int, width: int, height: int, style: str, radius: int = 0) -> str:
    """A rectangle with round corners."""
    corners = f' rx="{radius}"' if radius else ""
    return f'<rect class="{style}" x="{x}" y="{y}" width="{width}" height="{height}"{corners}/>'


def title_lines(network: Network) -> tuple[str, str, str]:
    """The network's name, its first line of documentation with its settings, and what it costs."""
    costs = (
        f"{network.input} to {network.output}, {short_count(network.parameter_count)} parameters, "
        f"{short_count(network.multiply_adds)} multiply-adds"
    )
    doc = network.doc.splitlines()[0] if network.doc else ""
    return cut(network.name, 60), cut(doc, LONGEST_LINE), costs


def title_width(network: Network) -> int:
    """Width of the longest line of the title."""
    name, doc, costs = title_lines(network)
    return max(text_width(name, 11), text_width(costs), text_width(doc)) + 48


def title(network: Network) -> Iterator[str]:
    """The lines above a picture, and the legend of the shades."""
    name, doc, costs = title_lines(network)
    yield text(24, 32, name, "sans title")
    yield text(24, 50, doc or costs, "sans quiet")
    if doc:
        yield text(24, 66, costs, "sans quiet")
    yield from legend(24, 76)


def legend(x: int, y: int) -> Iterator[str]:
    """What the shades say."""
    yield text(x, y + 10, "share of the parameters:", "sans small quiet")
    x += 132
    for step, word in enumerate(shade_words()):
        yield rectangle(x, y + 1, 14, 10, f"s{step}", 2)
        yield text(x + 18, y + 10, word, "sans small quiet")
        x += 26 + text_width(word, 5.6)


def drawn(scene: Scene) -> Iterator[str]:
    """Frames and boxes, then the lines, then the labels over them."""
    for shape in scene.shapes:
        yield from shape_marks(shape)
    for line in sorted(scene.lines, key=lambda line: not line.skip):
        yield line_mark(line)
    for shape in scene.shapes:
        if shape.label:
            yield label_mark(shape)


def label_mark(shape: Shape, more: str = "") -> str:
    """The shape of the value that comes out of an item, beside the line below it."""
    x, y = shape.x + LABEL_LEFT, shape.y + shape.extent.height + 15
    return f'<text{more} x="{x}" y="{y}" class="small quiet">{escape(shape.label)}</text>'


def shape_marks(shape: Shape) -> Iterator[str]:
    """The marks of one item, in a group that stands where the item's line meets its top."""
    item = shape.item
    yield f'<g transform="translate({shape.x},{shape.y})">'
    left, width = -shape.extent.left, shape.extent.left + shape.extent.right
    if isinstance(item, Stack):
        yield from stack_marks(item, left, width)
    elif isinstance(item, Terminal):
        yield from terminal_marks(item, left, width)
    elif isinstance(item, Frame):
        yield f"<title>{escape(item.hint)}</title>"
        if item.open:
            yield rectangle(left, 0, width, shape.extent.height, f"f{shape.level % 2}", 6)
            yield rectangle(left, 0, width, HEADER, "bar", 6)
        else:
            yield rectangle(left, 0, width, CLOSED, f"s{item.shade}", 6)
            yield text(left + 10, 32, item.summary, name_style(item.shade))
        yield from header_marks(item, left, width)
    yield "</g>"


def terminal_marks(terminal: Terminal, left: int, width: int) -> Iterator[str]:
    """A pill with its words."""
    yield rectangle(left, 0, width, TERMINAL, "bar", TERMINAL // 2)
    yield text(0, 16, terminal.text, "middle")


def stack_marks(stack: Stack, left: int, width: int) -> Iterator[str]:
    """A column of boxes, each with the layer's call and its name."""
    for position, leaf in enumerate(stack.layers):
        y = ROW * position
        yield f"<g><title>{escape(leaf.hint)}</title>"
        yield rectangle(left, y, width, ROW, f"s{leaf.shade}", 3)
        yield text(left + 8, y + 14, leaf.call)
        yield text(left + width - 8, y + 14, leaf.name, f"{name_style(leaf.shade)} end") + "</g>"


def name_style(shade: int) -> str:
    """The style of small words on a shade: on strong ones they are as dark as the others."""
    return "small quiet" if shade < 3 else "small"


def header_marks(frame: Frame, left: int, width: int) -> Iterator[str]:
    """A frame's name and what it is made by."""
    yield text(left + 10, 16, frame.name, "name")
    yield text(
        left + 18 + text_width(frame.name), 16, frame.definition, name_style(0 if frame.open else frame.shade)
    )
    if frame.badge:
        yield from badge_marks(frame.badge, left + width)


def badge_marks(badge: str, right: int) -> Iterator[str]:
    """How often a frame follows itself, in its upper right corner."""
    room = text_width(badge, SMALL_LETTER) + 12
    yield rectangle(right - room - 5, 4, room, 16, "paper", 8)
    yield text(right - room // 2 - 5, 16, badge, "small middle name")


def line_mark(line: Line, more: str = "") -> str:
    """A line with its arrow head, and with more attributes."""
    points = " ".join(f"{x},{y}" for x, y in line.points)
    kind = ' class="skip"' if line.skip else ""
    head = "skip-head" if line.skip else "head"
    end = f' marker-end="url(#{head})"' if line.arrow else ""
    return f'<polyline{more}{kind} points="{points}"{end}/>'
