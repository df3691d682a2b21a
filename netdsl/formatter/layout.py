"""Lines of statements: indentation, empty lines, comments, and braces on one line or several."""

from __future__ import annotations

from netdsl.formatter.arrange import arrange
from netdsl.formatter.outline import Body, Bracket, Statement, read_outline
from netdsl.formatter.pieces import Note, Piece, read_pieces
from netdsl.formatter.writer import INDENT, WIDTH, Writer, flat_text
from netdsl.syntax.parser import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdsl.diagnostics.diagnostic import Diagnostic
    from netdsl.diagnostics.span import Source
    from netdsl.formatter.outline import Part


def format_source(source: Source) -> tuple[str | None, list[Diagnostic]]:
    """A text in the one layout; None, and what is wrong, where it doesn't parse."""
    _, diagnostics = parse(source)
    if diagnostics:
        return None, diagnostics
    statements, end = read_outline(read_pieces(source))
    lines = file_lines(statements, end)
    return "".join(f"{line}\n" for line in lines), []


def file_lines(statements: Sequence[Statement], end: Piece) -> list[str]:
    """The lines of a file: a definition with braces stands apart from its neighbours."""
    lines: list[str] = []
    has_braces = False
    for statement in statements:
        apart = has_braces or bool(statement.bodies)
        lines += leading(statement.first, 0, bool(lines), must_be_apart=apart)
        lines += statement_lines(statement, 0)
        has_braces = bool(statement.bodies)
    return lines + note_lines(end.notes, 0, bool(lines), must_be_apart=has_braces)


def body_lines(statements: Sequence[Statement], closing: Piece, indent: int) -> list[str]:
    """The lines between two braces."""
    lines: list[str] = []
    for statement in statements:
        lines += leading(statement.first, indent, bool(lines))
        lines += statement_lines(statement, indent)
    return lines + note_lines(closing.notes, indent, bool(lines))


def leading(first: Piece, indent: int, is_inside: bool, *, must_be_apart: bool = False) -> list[str]:
    """The comments above a statement, and the empty lines between them and what is around.

    `is_inside` where something stands above; `must_be_apart` where an empty
    line parts it from that.
    """
    lines = note_lines(first.notes, indent, is_inside, must_be_apart=must_be_apart)
    if lines:
        return [*lines, ""] if first.is_apart else lines
    return [""] if is_inside and (first.is_apart or must_be_apart) else []


def note_lines(
    notes: Sequence[Note], indent: int, is_inside: bool, *, must_be_apart: bool = False
) -> list[str]:
    """Comments on lines of their own."""
    lines: list[str] = []
    for note in notes:
        first = not lines
        if (note.is_apart or (first and must_be_apart)) and (is_inside or not first):
            lines.append("")
        lines.append(" " * indent + note.text)
    return lines


def statement_lines(statement: Statement, indent: int) -> list[str]:
    """A statement on one line if it stands so and fits, else with its bodies' lines between."""
    behind = "".join(f"  {note.text}" for note in statement.behind)
    flat = flat_statement(statement)
    if flat is not None and indent + len(flat) <= WIDTH:
        return [" " * indent + flat + behind]
    writer = Writer(indent)
    is_header = defines_body(statement)
    head: list[Part] = []
    before = ""
    for part in statement.parts:
        if isinstance(part, Body):
            write_head(writer, head, before, indent, is_header, tail=len(" {"))
            write_body(writer, part, indent)
            head, before = [], "RBRACE"
        else:
            head.append(part)
    write_head(writer, head, before, indent, is_header, tail=0)
    writer.lines[-1] += behind
    return writer.lines


def defines_body(statement: Statement) -> bool:
    """Whether it is a net or block with a header, and no variant."""
    return statement.first.kind in ("NET", "BLOCK") and bool(statement.bodies)


def write_head(
    writer: Writer, head: Sequence[Part], before: str, indent: int, is_header: bool, *, tail: int
) -> None:
    """What stands before, between or after the bodies of a statement."""
    if head and before:
        writer.write(" ")
    writer.elements(arrange(head, is_header=is_header, before=before), indent + INDENT, tail)


def write_body(writer: Writer, body: Body, indent: int) -> None:
    """A body in several lines; an empty one on one."""
    writer.write(" {")
    if not body.statements and not body.behind and not body.closing.notes:
        writer.write(" }")
        return
    writer.notes(body.behind, indent)
    writer.newline(indent)
    lines = body_lines(body.statements, body.closing, indent + INDENT)
    writer.lines[-1:] = [*lines, ""]
    writer.write("}")


def flat_statement(statement: Statement) -> str | None:
    """A statement with its bodies on one line; None where its author gave it more, or comments do."""
    is_header = defines_body(statement)
    texts: list[str] = []
    head: list[Part] = []
    before = ""
    for part in (*statement.parts, None):
        if isinstance(part, Piece | Bracket):
            head.append(part)
            continue
        if head:
            text = flat_text(arrange(head, is_header=is_header, before=before))
            if text is None:
                return None
            texts.append(text)
        if part is not None:
            text = flat_body(part)
            if text is None:
                return None
            texts.append(text)
            head, before = [], "RBRACE"
    return " ".join(texts)


def flat_body(body: Body) -> str | None:
    """A body in one line that its author began there: a statement, or branches; None for others."""
    if body.behind or body.closing.notes:
        return None
    if len(body.statements) > 1 and any(each.first.kind != "BRANCH" for each in body.statements):
        return None
    texts: list[str] = []
    for statement in body.statements:
        inside = flat_statement(statement)
        if inside is None or statement.behind or statement.first.starts_line or statement.first.notes:
            return None
        texts.append(inside)
    return " ".join(("{", *texts, "}"))
