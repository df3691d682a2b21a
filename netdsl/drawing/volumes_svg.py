"""Stages of volumes as SVG: boxes in oblique projection, as in the figures of VGG."""

from __future__ import annotations

from netdsl.drawing.captions import cut
from netdsl.drawing.heading import heading_of
from netdsl.drawing.placing import SMALL_LETTER, text_width
from netdsl.drawing.svg import document, escape, rectangle, text, title, title_height
from netdsl.drawing.volumes import Stage, Volume, stages_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netdsl.network.nodes import Network

MARGIN = 24
BETWEEN_STAGES = 26
CAPTION_LINE = 14
# Stages that take more stand in several rows.
WIDEST = 1700
LONGEST_CAPTION = 30
# What a family of layers is called in the legend, and the class that colours it.
FAMILIES = {
    "input": ("input", "v0"),
    "convolution": ("convolution", "v1"),
    "pooling": ("pooling", "v2"),
    "linear": ("linear", "v3"),
    "block": ("block", "v4"),
    "merge": ("merge", "v5"),
}
OTHER = ("other layers", "v6")


def volumes_svg(network: Network) -> str:
    """The whole picture with its title. Raises `DiagnosticError` where there are too many stages."""
    stages = stages_of(network)
    heading = heading_of(network)
    width, height, marks = _drawn(stages, heading.width)
    above = title_height(heading)
    inner = [*title(heading), f'<g transform="translate(0,{above})">', *marks, "</g>"]
    return document(width, height + above, f"{heading.name}: what its stages make", inner)


def volumes_picture(network: Network) -> str:
    """The picture without a title, for a page that has one."""
    stages = stages_of(network)
    width, height, marks = _drawn(stages, 0)
    return document(width, height, f"{network.name}: what its stages make", marks)


def _drawn(stages: Sequence[Stage], narrowest: int) -> tuple[int, int, list[str]]:
    """Width, height and marks of the stages with captions, in as many rows as it takes, and of the legend."""
    marks: list[str] = []
    widest, y = 0, 0
    for number, row in enumerate(_in_rows(stages)):
        width, y, more = _row(row, y, is_first=number == 0)
        marks += more
        widest = max(widest, width)
    marks += _legend(stages, y + 8)
    return max(widest, narrowest, 2 * MARGIN + 560), y + 40, marks


def _in_rows(stages: Sequence[Stage]) -> list[list[Stage]]:
    """The stages in rows of about the same width."""
    rooms = [_room(stage) + BETWEEN_STAGES for stage in stages]
    count = -(-sum(rooms) // WIDEST)
    rows: list[list[Stage]] = [[] for _ in range(count)]
    before = 0
    for stage, room in zip(stages, rooms, strict=True):
        # A stage stands in the row in which its middle lies.
        rows[(before + room // 2) * count // sum(rooms)].append(stage)
        before += room
    return [row for row in rows if row]


def _row(stages: Sequence[Stage], y: int, *, is_first: bool) -> tuple[int, int, list[str]]:
    """The right and the lower end of a row that begins at a height, and its marks."""
    above = max(_rise(volume) + volume.height // 2 for stage in stages for volume in stage.volumes)
    below = max(volume.height - volume.height // 2 for stage in stages for volume in stage.volumes)
    lines = max(len(stage.captions) for stage in stages)
    middle = y + MARGIN + above
    marks: list[str] = []
    x = MARGIN if is_first else MARGIN + BETWEEN_STAGES
    # A row goes on where the one above it ended.
    end = -1 if is_first else MARGIN - 3
    for stage in stages:
        room = _room(stage)
        left = x + (room - _width(stage)) // 2
        if end >= 0:
            marks.append(_arrow(end, left, middle))
        for volume in stage.volumes:
            marks += _box(volume, left, middle)
            left += volume.thickness + _next_step(volume)
        last = stage.volumes[-1]
        end = left - _next_step(last) + last.depth // 2
        for number, line in enumerate(stage.captions):
            at = middle + below + 20 + CAPTION_LINE * number
            marks.append(text(x + room // 2, at, cut(line, LONGEST_CAPTION), "small middle"))
        x += room + BETWEEN_STAGES
    return x - BETWEEN_STAGES + MARGIN, middle + below + 20 + CAPTION_LINE * lines, marks


def _room(stage: Stage) -> int:
    """The width of a stage with its captions."""
    return max(_width(stage), _caption_width(stage))


def _next_step(volume: Volume) -> int:
    """Room between a volume and the next of its stage, which hides most of its side."""
    return max(6, volume.depth // 5)


def _width(stage: Stage) -> int:
    """From the left of the first volume to the right of the last one's side."""
    inner = sum(volume.thickness + _next_step(volume) for volume in stage.volumes)
    return inner - _next_step(stage.volumes[-1]) + stage.volumes[-1].depth


def _caption_width(stage: Stage) -> int:
    return max(text_width(cut(line, LONGEST_CAPTION), SMALL_LETTER) for line in stage.captions)


def _rise(volume: Volume) -> int:
    """How much higher the far edge of a volume is drawn than the near one."""
    return round(volume.depth * 0.6)


def _box(volume: Volume, left: int, middle: int) -> Iterator[str]:
    """The front, the top and the right side."""
    top = middle - volume.height // 2
    right, bottom = left + volume.thickness, top + volume.height
    far, rise = volume.depth, _rise(volume)
    fill = FAMILIES.get(volume.family, OTHER)[1]
    yield f'<g class="{fill}"><title>{escape(volume.hint)}</title>'
    yield _shape((left, top), (left + far, top - rise), (right + far, top - rise), (right, top), "lit")
    yield _shape(
        (right, top), (right + far, top - rise), (right + far, bottom - rise), (right, bottom), "dim"
    )
    yield rectangle(left, top, volume.thickness, volume.height, "front")
    yield "</g>"


def _shape(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int], d: tuple[int, int], style: str) -> str:
    points = " ".join(f"{x},{y}" for x, y in (a, b, c, d))
    return f'<polygon class="{style}" points="{points}"/>'


def _arrow(start: int, end: int, y: int) -> str:
    """An arrow between two stages, where there is room for one."""
    if end - start < 12:
        return ""
    return f'<polyline points="{start + 3},{y} {end - 2},{y}" marker-end="url(#head)"/>'


def _legend(stages: Sequence[Stage], y: int) -> Iterator[str]:
    used = {FAMILIES.get(volume.family, OTHER): None for stage in stages for volume in stage.volumes}
    x = MARGIN
    for words, style in used:
        yield f'<g class="{style}">{rectangle(x, y, 12, 12, "front", 2)}</g>'
        yield text(x + 17, y + 10, words, "sans small quiet")
        x += 32 + text_width(words, 5.6)
