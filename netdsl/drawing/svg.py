"""A scene as SVG."""

from __future__ import annotations

from netdsl.drawing.items import SIGNS, Frame, Stack, Terminal
from netdsl.drawing.placing import (
    CLOSED,
    HEADER,
    LABEL_LEFT,
    ROW,
    SIGN,
    SMALL_LETTER,
    TERMINAL,
    stack_indent,
    text_width,
)
from netdsl.drawing.theme import marks_style_sheet, style_sheet
from netdsl.network.changes import ADDED, REMOVED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdsl.drawing.heading import Heading, Swatch
    from netdsl.drawing.scene import Line, Scene, Shape

# Between the lines of the title.
LINE = 16
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


def escape(text: str) -> str:
    """A text as it may stand in SVG and HTML, in attributes too."""
    return text.translate(_ESCAPES)


def to_svg(scene: Scene, heading: Heading) -> str:
    """The whole picture with its title and the legend of its colours."""
    width = max(scene.width, heading.width, _legend_width(heading))
    above = title_height(heading)
    inner = [*title(heading), *legend(heading)]
    inner.append(f'<g transform="translate({(width - scene.width) // 2},{above})">')
    inner += [*drawn(scene), "</g>"]
    return document(width, scene.height + above, heading.label, inner, marks=is_marked(scene))


def is_marked(scene: Scene) -> bool:
    """Whether it is the picture of a difference."""
    return any(line.mark for line in scene.lines)


def document(width: int, height: int, label: str, inner: list[str], *, marks: bool = False) -> str:
    """An SVG file with the style sheet and the arrow heads; with `marks`, also those of differences."""
    heads = ["head", "skip-head", *(f"{mark}-head" for mark in (ADDED, REMOVED) if marks)]
    style = style_sheet() + (marks_style_sheet() if marks else "")
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">',
        f"<style>{style}</style>",
        f"<defs>{''.join(map(_head, heads))}</defs>",
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


def title(heading: Heading) -> Iterator[str]:
    """The lines above a picture."""
    yield text(24, 32, heading.name, "sans title")
    for number, line in enumerate(heading.lines):
        yield text(24, 50 + LINE * number, line, "sans quiet")


def legend(heading: Heading) -> Iterator[str]:
    """What the colours mean, below the title."""
    x, y = 24, title_height(heading) - 8
    yield text(x, y + 10, heading.legend, "sans small quiet")
    x += text_width(heading.legend, 5.5)
    for swatch in heading.swatches:
        yield rectangle(x, y + 1, 14, 10, swatch.style, 2)
        if swatch.sign:
            yield text(x + 7, y + 10, swatch.sign, "small middle")
        yield text(x + 18, y + 10, swatch.words, "sans small quiet")
        x += _room(swatch)


def title_height(heading: Heading) -> int:
    """Where the picture begins, below its title."""
    return 52 + LINE * max(len(heading.lines), 2)


def _room(swatch: Swatch) -> int:
    return 34 + text_width(swatch.words, 5.1)


def _legend_width(heading: Heading) -> int:
    return text_width(heading.legend, 5.5) + sum(map(_room, heading.swatches)) + 32


def drawn(scene: Scene) -> Iterator[str]:
    """Frames and boxes, then the lines, then the labels over them."""
    for shape in scene.shapes:
        yield from shape_marks(shape)
    for line in sorted(scene.lines, key=level_of):
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
            yield rectangle(
                left, 0, width, shape.extent.height, marked(f"f{shape.level % 2}", frame_edge(item)), 6
            )
            yield rectangle(left, 0, width, HEADER, marked("bar", item.mark), 6)
        else:
            yield rectangle(left, 0, width, CLOSED, marked(f"s{item.shade}", item.mark), 6)
            yield text(left + 10, 32, item.summary, name_style(item.shade))
        yield from header_marks(item, left, width)
    yield "</g>"


def terminal_marks(terminal: Terminal, left: int, width: int) -> Iterator[str]:
    """A pill with its words."""
    yield rectangle(left, 0, width, TERMINAL, "bar", TERMINAL // 2)
    yield text(0, 16, terminal.text, "middle")


def stack_marks(stack: Stack, left: int, width: int) -> Iterator[str]:
    """A column of boxes, each with the layer's call and its name."""
    indent = stack_indent(stack)
    for position, leaf in enumerate(stack.layers):
        y = ROW * position
        yield f"<g><title>{escape(leaf.hint)}</title>"
        yield rectangle(left, y, width, ROW, marked(f"s{leaf.shade}", leaf.mark), 3)
        yield from sign_marks(leaf.mark, left + 8, y + 14)
        yield text(left + 8 + indent, y + 14, leaf.call)
        yield text(left + width - 8, y + 14, leaf.name, f"{name_style(leaf.shade)} end") + "</g>"


def name_style(shade: int) -> str:
    """The style of small words on a shade: on strong ones they are as dark as the others."""
    return "small quiet" if shade < 3 else "small"


def header_marks(frame: Frame, left: int, width: int) -> Iterator[str]:
    """A frame's name and what it is made by."""
    yield from sign_marks(frame.mark, left + 10, 16)
    x = left + 10 + (SIGN if SIGNS.get(frame.mark) else 0)
    yield text(x, 16, frame.name, "name")
    style = name_style(0 if frame.open else frame.shade)
    yield text(x + 8 + text_width(frame.name), 16, frame.definition, style)
    if frame.badge:
        yield from badge_marks(frame.badge, left + width)


def sign_marks(mark: str, x: int, y: int) -> Iterator[str]:
    """The sign of a mark, if it has one."""
    if SIGNS.get(mark):
        yield text(x, y, SIGNS[mark], f"name sign-{mark}")


def frame_edge(frame: Frame) -> str:
    """The mark of the line around an open frame."""
    return f"{frame.mark}-edge" if frame.mark else ""


def marked(classes: str, mark: str) -> str:
    """The classes of a box, with that of its mark."""
    return f"{classes} m-{mark}" if mark else classes


def badge_marks(badge: str, right: int) -> Iterator[str]:
    """How often a frame follows itself, in its upper right corner."""
    room = text_width(badge, SMALL_LETTER) + 12
    yield rectangle(right - room - 5, 4, room, 16, "paper", 8)
    yield text(right - room // 2 - 5, 16, badge, "small middle name")


def level_of(line: Line) -> int:
    """How late a line is drawn: above others that may share its way; dashes leave them seen."""
    return 3 if line.mark == REMOVED else 2 if line.mark == ADDED else 0 if line.skip else 1


def line_mark(line: Line, more: str = "") -> str:
    """A line with its arrow head, and with more attributes."""
    points = " ".join(f"{x},{y}" for x, y in line.points)
    style = line.mark if line.mark in (ADDED, REMOVED) else "skip" if line.skip else ""
    kind = f' class="{style}"' if style else ""
    head = f"{style}-head" if style else "head"
    end = f' marker-end="url(#{head})"' if line.arrow else ""
    return f'<polyline{more}{kind} points="{points}"{end}/>'
