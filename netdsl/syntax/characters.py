"""Signs that the language does not have."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import syntax as codes
from netdsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from netdsl.syntax.mistake import Explained, Mistake

_SIGN_HELP = {
    "'": 'strings take double quotes: "..."',
    ";": "a statement ends with its line; leave the semicolon out",
    "!": "write `not`",
    "&": "write `and`",
    "|": "write `or`",
    "^": "a power is written `**`",
    "\\": "a line goes on inside brackets or after `->`, without a backslash",
    "\u00d7": "sizes are joined by the letter x: 3x32x32",
}


def semicolon_for_comma(mistake: Mistake) -> Explained | None:
    """`conv(4, 3; padding=1)`, which is read as if the comma were there."""
    if mistake.token.text != ";" or not mistake.in_brackets:
        return None
    # At the end of a line it may end a statement whose bracket was forgotten.
    if mistake.tokens[mistake.position + 1].kind in ("NEWLINE", "$END"):
        return None
    diagnostic = Diagnostic(
        codes.UNKNOWN_CHARACTER,
        "unexpected character `;`",
        mistake.span(mistake.token),
        "expected a comma",
        help="arguments and items are separated by commas",
        fix=Fix("write commas", _commas(mistake), safe=True),
    )
    return Explained(
        diagnostic, mistake.position + 1, instead=("COMMA",) if "COMMA" in mistake.expected else None
    )


def _commas(mistake: Mistake) -> tuple[Edit, ...]:
    """The edits that write commas for all semicolons up to the end of the brackets or the line."""
    depth, edits = 0, []
    for token in mistake.tokens[mistake.position : mistake.next_line()]:
        depth += (token.kind in ("LPAR", "LSQB")) - (token.kind in ("RPAR", "RSQB"))
        if depth < 0:
            break
        if token.text == ";":
            edits.append(Edit(mistake.span(token), ","))
    return tuple(edits)


def unknown_character(mistake: Mistake) -> Diagnostic | None:
    """A sign that the language does not have, or a string that is never closed."""
    token = mistake.token
    if token.kind != "UNKNOWN":
        return None
    span = mistake.span(token)
    if token.text == '"':
        message = "string that is never closed"
        return Diagnostic(
            codes.UNKNOWN_CHARACTER, message, span, "a string ends on its line with a double quote"
        )
    shown = token.text if token.text.isprintable() else f"U+{ord(token.text):04X}"
    fix = Fix("remove the semicolon", (Edit(span, ""),), safe=True) if token.text == ";" else None
    return Diagnostic(
        codes.UNKNOWN_CHARACTER,
        f"unexpected character `{shown}`",
        span,
        "not a character of the language",
        help=_SIGN_HELP.get(token.text),
        fix=fix,
    )
