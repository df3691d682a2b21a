"""Labels where none can stand."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import syntax as codes
from netdsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from netdsl.diagnostics.span import Span
from netdsl.syntax.mistake import Mistake


def label_of_input(mistake: Mistake) -> Diagnostic | None:
    """`input 3x32x32 as image`, and the same of an `expect`."""
    statement = mistake.tokens[mistake.line_start()]
    previous = mistake.previous
    if mistake.token.kind != "AS" or previous is None or statement.kind not in ("INPUT", "EXPECT"):
        return None
    following = mistake.tokens[mistake.position + 1]
    label, fix = "an `expect` takes no label", None
    if statement.kind == "INPUT":
        label = "a net has one input, which takes no label"
    name = following.text if following.kind == "NAME" else "name"
    if following.kind == "NAME" and mistake.tokens[mistake.position + 2].kind == "NEWLINE":
        margin = " " * mistake.source.indentation(statement.start)
        place = Span(mistake.source, previous.end, following.end)
        fix = Fix("label an `identity`", (Edit(place, f"\n{margin}identity as {name}"),))
    return mistake.unexpected(
        label, help=f"to refer to what flows here, write `identity as {name}` on the next line", fix=fix
    )


def label_of_braces(mistake: Mistake) -> Diagnostic | None:
    """A label of what has braces and is no merge."""
    previous = mistake.previous
    if mistake.token.kind != "AS" or previous is None or previous.kind != "RBRACE":
        return None
    following = mistake.tokens[mistake.position + 1]
    name = following.text if following.kind == "NAME" else "name"
    return Diagnostic(
        codes.UNEXPECTED,
        "unexpected `as`",
        mistake.span(mistake.token),
        "labels a step, which a loop, an `if` or a branch is not",
        help=f"for the value that comes out, write `identity as {name}` on the next line",
    )
