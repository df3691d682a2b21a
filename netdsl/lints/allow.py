"""`# netdsl: allow CODE`: what a comment allows, and where."""

from __future__ import annotations

import re
from bisect import bisect_right

from netdsl.diagnostics.catalogue import lint_names as codes
from netdsl.diagnostics.diagnostic import Diagnostic
from netdsl.diagnostics.span import Span
from netdsl.diagnostics.suggest import closest
from netdsl.lints.table import LINTS, code_of
from netdsl.lints.walk import end_of, own_parts, parts
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdsl.network.nodes import Network

    Placed = tree.Definition | tree.Use | tree.Statement

_ALLOW = re.compile(r"#\s*netdsl:\s*allow\b[ \t]*")
_WORD = re.compile(r"[ \t,]*([A-Za-z][\w-]*)")


class Allow:
    """One code that a comment allows: the word's place, and the lines that it is about.

    `definition` is the name of the one that it stands above, if it does.
    `is_used` once it has allowed something.
    """

    __slots__ = ("code", "definition", "is_used", "last", "span", "start")

    def __init__(self, span: Span, start: int, last: int, definition: str | None) -> None:
        self.span = span
        self.code = code_of(span.text)
        self.start = start
        self.last = last
        self.definition = definition
        self.is_used = False

    def covers(self, finding: Diagnostic) -> bool:
        """Whether a finding is on its lines."""
        span = finding.span
        if span is None or span.source is not self.span.source or finding.code.id != self.code:
            return False
        return self.start <= span.line <= self.last

    def is_about(self, network: Network, finding: Diagnostic) -> bool:
        """Whether it stands above the net and allows such a finding wherever it is."""
        if self.definition != network.name or finding.code.id != self.code:
            return False
        return network.root.span.source is self.span.source


def allows(file: tree.File) -> list[Allow]:
    """What the comments of a file allow."""
    found: list[Allow] = []
    comments = [(each, match) for each in file.comments if (match := _ALLOW.match(each.span.text))]
    if not comments:
        return found
    below = sorted(placed(file), key=lambda each: each.span.start)
    around = regions(below)
    starts = [each.span.start for each in below]
    for comment, match in comments:
        following = bisect_right(starts, comment.span.end)
        start, last, definition = region(
            comment, below[following] if following < len(below) else None, around
        )
        for span in words_in(comment, match.end()):
            found.append(Allow(span, start, last, definition))
    return found


def words_in(comment: tree.Comment, at: int) -> Iterator[Span]:
    """The codes and names after `allow`, up to a colon or the first word of a reason."""
    text = comment.span.text
    first = True
    while (match := _WORD.match(text, at)) is not None:
        separated = "," in text[at : match.start(1)]
        if not first and not separated:
            return
        first = False
        start = comment.span.start
        yield Span(comment.span.source, start + match.start(1), start + match.end(1))
        at = match.end()


def region(
    comment: tree.Comment, below: Placed | None, around: dict[int, tuple[int, int]]
) -> tuple[int, int, str | None]:
    """The lines that a comment is about, and the definition that it stands above."""
    source = comment.span.source
    line, column = source.position(comment.span.start)
    if below is None or source.line(line)[: column - 1].strip():
        return *around.get(line, (line, line)), None
    definition = below.name.name if isinstance(below, tree.Definition) else None
    return below.span.line, source.position(end_of(below))[0], definition


def regions(placed: list[Placed]) -> dict[int, tuple[int, int]]:
    """By line, the first and last one of what the line belongs to.

    Another layout breaks a statement elsewhere, and moves the comment at its
    end. The lines within braces belong to what stands there, those of a
    header to that alone.
    """
    found: dict[int, tuple[int, int]] = {}
    for part in placed:
        first, last = part.span.line, last_line(part.span)
        braces = [each.span for each in own_parts(part) if isinstance(each, tree.Body)]
        whole = (first, max([last, *map(last_line, braces)]))
        header = (first, braces[0].line if braces else whole[1])
        for line in lines_outside(braces, *whole):
            of_header = isinstance(part, tree.Definition) and line != whole[1]
            start, end = header if of_header else whole
            known = found.get(line, (start, end))
            found[line] = (min(start, known[0]), max(end, known[1]))
    return found


def lines_outside(braces: list[Span], first: int, last: int) -> Iterator[int]:
    """The lines from the first to the last one, without those that are wholly within braces."""
    for span in sorted(braces, key=lambda each: each.start):
        yield from range(first, span.line + 1)
        first = last_line(span)
    yield from range(first, last + 1)


def last_line(span: Span) -> int:
    """The line on which a place ends."""
    return span.source.position(span.end)[0]


def placed(file: tree.File) -> Iterator[Placed]:
    """All definitions, uses and statements."""
    for part in parts(file.items):
        if isinstance(part, tree.Definition | tree.Use | tree.Statement):
            yield part


def useless(found: list[Allow], active: set[str]) -> Iterator[Diagnostic]:
    """The findings about allows that allowed nothing, of lints that have run."""
    for allow in found:
        if allow.is_used or (allow.code is not None and allow.code not in active):
            continue
        meant = None
        if allow.code is None:
            meant = closest(
                allow.span.text, [word for lint in LINTS for word in (lint.code.id, lint.code.name)]
            )
        yield Diagnostic(
            codes.USELESS_ALLOW,
            "allow of what is not found" if allow.code else f"no lint `{allow.span.text}`",
            allow.span,
            "finds nothing here" if allow.code else f"did you mean {meant}?" if meant else "not a lint",
            help="leave it out" if allow.code else "docs/diagnostics.md lists the lints, W201 and following",
        )
