"""Formats the statements that some lines touch, as an editor asks for it."""

from __future__ import annotations

from netdsl.diagnostics.diagnostic import Edit
from netdsl.formatter.layout import leading, statement_lines
from netdsl.formatter.outline import Statement, read_outline
from netdsl.formatter.pieces import Piece, read_pieces
from netdsl.formatter.writer import INDENT
from netdsl.syntax.parser import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdsl.diagnostics.diagnostic import Diagnostic
    from netdsl.diagnostics.span import Source
    from netdsl.formatter.outline import Part


def format_range(source: Source, first: int, last: int) -> tuple[Edit | None, list[Diagnostic]]:
    """The edit that formats the statements on the lines `first` to `last` (from 1, both included).

    Whole statements are formatted, the innermost that hold all of the lines.
    None where nothing changes; None, and what is wrong, where the text
    doesn't parse.
    """
    _, diagnostics = parse(source)
    if diagnostics:
        return None, diagnostics
    statements, _ = read_outline(read_pieces(source))
    touched, indent = innermost(source, statements, first, last, 0)
    if not touched:
        return None, []
    start, end = start_of(touched[0]), end_of(touched[-1])
    line_start = source.line_starts[source.position(start)[0] - 1]
    lines: list[str] = []
    for statement in touched:
        lines += leading(statement.first, indent, bool(lines))
        lines += statement_lines(statement, indent)
    edit = Edit(source.span(line_start, end), "\n".join(lines))
    return (edit if edit.replacement != edit.span.text else None), []


def innermost(
    source: Source, statements: Sequence[Statement], first: int, last: int, indent: int
) -> tuple[list[Statement], int]:
    """The statements that the lines touch, and their indentation."""
    touched = [each for each in statements if touches(source, each, first, last)]
    if len(touched) == 1:
        for body in touched[0].bodies:
            opened = source.position(body.opening.token.start)[0]
            closed = source.position(body.closing.token.start)[0]
            begins_line = bool(body.statements) and body.statements[0].first.starts_line
            if begins_line and body.closing.starts_line and opened < first and last < closed:
                return innermost(source, body.statements, first, last, indent + INDENT)
    return touched, indent


def touches(source: Source, statement: Statement, first: int, last: int) -> bool:
    """Whether a statement, with the comments above it, stands on one of the lines."""
    begins, ends = source.position(start_of(statement))[0], source.position(end_of(statement))[0]
    return begins <= last and first <= ends


def start_of(statement: Statement) -> int:
    """Where a statement begins, with the comments above it."""
    notes = statement.first.notes
    return notes[0].start if notes else statement.first.token.start


def end_of(statement: Statement) -> int:
    """Where a statement ends, with the comment after it."""
    last = last_piece(statement.parts[-1]).token
    return last.end if not statement.behind else statement.behind[-1].end


def last_piece(part: Part) -> Piece:
    """The last token of a part."""
    return part if isinstance(part, Piece) else part.closing
