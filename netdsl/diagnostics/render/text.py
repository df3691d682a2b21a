"""Diagnostics for people: the lines concerned, with labels under the places."""

from __future__ import annotations

from netdsl.diagnostics.diagnostic import Diagnostic, Label, Severity
from netdsl.diagnostics.render.counts import CUT, counted
from netdsl.diagnostics.render.visible import visible
from netdsl.diagnostics.span import Source
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

RED, YELLOW, BLUE, CYAN, BOLD, RESET = (f"\x1b[{code}m" for code in (31, 33, 34, 36, 1, 0))
WIDEST_LINE = 200


class Mark(Record):
    """A label on one line: columns from 0, the primary one drawn with carets."""

    start: int
    end: int
    text: str
    primary: bool


def render_text(diagnostics: Iterable[Diagnostic], color: bool = False) -> str:
    """Every diagnostic as a block, a blank line between two."""
    return "\n\n".join(render_one(each, color) for each in diagnostics)


def render_report(diagnostics: Sequence[Diagnostic], color: bool = False, is_cut: bool = False) -> str:
    """Every diagnostic, and how many there are; there must be one.

    `is_cut` says that there may be more: what was looked through has more
    than is told at once.
    """
    first = min(diagnostics, key=lambda each: Severity.ALL.index(each.severity))
    more = f", and {CUT}" if is_cut else ""
    counts = f"{counted(diagnostics)}{more}; netdsl explain {first.code.id} tells more"
    return f"{render_text(diagnostics, color)}\n\n{counts}"


def render_one(diagnostic: Diagnostic, color: bool = False) -> str:
    """One diagnostic: headline, source with labels, help."""
    paint = _Painter(color)
    tone = {Severity.ERROR: RED, Severity.WARNING: YELLOW}.get(diagnostic.severity, CYAN)
    head = paint(f"{diagnostic.severity}[{diagnostic.code.id}]", BOLD + tone)
    lines = [f"{head}{paint(': ' + visible(diagnostic.message), BOLD)}"]
    span = diagnostic.span
    if span is None:
        if diagnostic.file:
            lines.append(f"   {paint('-->', BLUE)} {visible(diagnostic.file)}")
        gutter = 3
    else:
        labels = [Label(span, diagnostic.label), *diagnostic.labels]
        gutter = max(len(str(label.span.source.position(label.span.start)[0])) for label in labels)
        gutter = max(gutter, 2) + 1
        for source in dict.fromkeys(label.span.source for label in labels):
            arrow = "-->" if source is span.source else ":::"
            first = span if source is span.source else next(x.span for x in labels if x.span.source is source)
            line, column = source.position(first.start)
            lines.append(f"{' ' * gutter}{paint(arrow, BLUE)} {visible(source.name)}:{line}:{column}")
            lines.append(paint(" " * gutter + " |", BLUE))
            here = [(label, label is labels[0]) for label in labels if label.span.source is source]
            lines.extend(_excerpt(source, here, gutter, paint, tone))
    if diagnostic.help:
        lines.append(paint(" " * gutter + " |", BLUE))
        lines.append(f"{' ' * gutter} {paint('=', BLUE)} {paint('help:', BOLD)} {visible(diagnostic.help)}")
    return "\n".join(lines)


class _Painter:
    """Wraps text in terminal colours where they are wanted."""

    __slots__ = ("color",)

    def __init__(self, color: bool) -> None:
        self.color = color

    def __call__(self, text: str, style: str) -> str:
        return f"{style}{text}{RESET}" if self.color and text.strip() else text


def _excerpt(
    source: Source, labels: list[tuple[Label, bool]], gutter: int, paint: _Painter, tone: str
) -> list[str]:
    """The labelled lines of a source in order, gaps shown by one line or dots."""
    marks: dict[int, list[Mark]] = {}
    for label, primary in labels:
        line, column = source.position(label.span.start)
        end_line, end_column = source.position(label.span.end)
        length = len(source.line(line))
        end = end_column - 1 if end_line == line else length
        start = min(column - 1, length)
        marks.setdefault(line, []).append(Mark(start, max(end, start + 1), visible(label.text), primary))
    out: list[str] = []
    previous: int | None = None
    for line in sorted(marks):
        if previous is not None and line == previous + 2:
            out.append(_numbered(previous + 1, source, gutter, paint, 0))
        elif previous is not None and line > previous + 2:
            out.append(paint(" " * (gutter - 1) + "...", BLUE))
        cut = max(0, min(mark.start for mark in marks[line]) - WIDEST_LINE // 2)
        if len(source.line(line)) <= WIDEST_LINE:
            cut = 0
        out.append(_numbered(line, source, gutter, paint, cut))
        bar = paint(" " * gutter + " |", BLUE)
        for mark in sorted(marks[line], key=lambda each: (not each.primary, each.start)):
            out.append(f"{bar} {_underline(mark, source.line(line), cut, paint, tone)}")
        previous = line
    return out


def _numbered(number: int, source: Source, gutter: int, paint: _Painter, cut: int) -> str:
    text = visible(source.line(number))[cut : cut + WIDEST_LINE]
    return f"{paint(f'{number:>{gutter}} |', BLUE)} {text}".rstrip()


def _underline(mark: Mark, line: str, cut: int, paint: _Painter, tone: str) -> str:
    start, end = mark.start - cut, min(mark.end - cut, WIDEST_LINE)
    sign = ("^" if mark.primary else "-") * max(1, end - start)
    padding = "".join("\t" if each == "\t" else " " for each in line[cut : mark.start])
    padding += " " * (start - len(padding))
    return padding + paint(f"{sign} {mark.text}".rstrip(), tone if mark.primary else BLUE)
