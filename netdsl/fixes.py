"""Applies the fixes that findings carry: rounds of those that don't touch each other, until none is left."""

from __future__ import annotations

from netdsl.diagnostics.diagnostic import Diagnostic
from netdsl.diagnostics.span import Source
from netdsl.record import Record
from netdsl.syntax.parser import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netdsl.diagnostics.diagnostic import Edit, Fix

    Check = Callable[[Source], Iterable[Diagnostic]]

# A fix may uncover the next mistake; one that brings back what another took would go on for ever.
MOST_ROUNDS = 10


class Fixed(Record):
    """A text with fixes applied, and the findings that they were for, in order.

    Where there were fixes and none is applied, `obstacle` is what keeps the
    text that they make from being read.
    """

    text: str
    applied: tuple[Diagnostic, ...]
    obstacle: Diagnostic | None = None


def fix_source(source: Source, check: Check, *, unsafe: bool = False) -> Fixed:
    """Apply the safe fixes of what `check` finds in a text, and with `unsafe` the others too.

    Fixes whose edits overlap are applied one after the other, the text being
    checked between. A round that leads to a text that was there before is
    the last. What comes out parses; where no round leads to a text that
    does, nothing is applied.
    """
    texts = {source.text}
    applied: list[Diagnostic] = []
    current = source
    best = Fixed(source.text, ())
    for _ in range(MOST_ROUNDS):
        chosen = without_overlap(current, check(current), unsafe=unsafe)
        text = with_edits(current.text, [edit for _, fix in chosen for edit in fix.edits])
        if not chosen or text in texts:
            break
        texts.add(text)
        current = Source(source.name, text)
        applied += [diagnostic for diagnostic, _ in chosen]
        wrong = parse(current)[1]
        if not wrong:
            best = Fixed(text, tuple(applied))
        elif not best.applied:
            best = Fixed(source.text, (), wrong[0])
    return best


def without_overlap(
    source: Source, found: Iterable[Diagnostic], *, unsafe: bool
) -> list[tuple[Diagnostic, Fix]]:
    """The fixes of this text that can be applied together, the first of those that touch each other."""
    chosen: list[tuple[Diagnostic, Fix]] = []
    taken: list[Edit] = []
    for diagnostic in found:
        fix = diagnostic.fix
        if fix is None or not (fix.safe or unsafe):
            continue
        if all(is_free(edit, source, taken) for edit in fix.edits):
            taken += fix.edits
            chosen.append((diagnostic, fix))
    return chosen


def is_free(edit: Edit, source: Source, taken: Iterable[Edit]) -> bool:
    """Whether an edit is of this text and touches none that is taken, not even at its ends."""
    span = edit.span
    return span.source is source and all(
        span.end < other.span.start or other.span.end < span.start for other in taken
    )


def with_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits that don't overlap."""
    for edit in sorted(edits, key=lambda each: -each.span.start):
        text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    return text
