"""Blanks that come along when a text is copied from a page: they look like a space, or like nothing."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import syntax as codes
from netdsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from netdsl.diagnostics.span import Source, Span
from netdsl.syntax.tokens import Token

# Each with its name, and what should stand there.
_BLANKS = {
    "\u00a0": ("a no-break space", " "),
    "\u202f": ("a narrow no-break space", " "),
    "\u3000": ("an ideographic space", " "),
    "\u200b": ("a zero-width space", ""),
    "\ufeff": ("a byte order mark", ""),
}


def read_over_blanks(source: Source, tokens: list[Token]) -> tuple[list[Token], list[Diagnostic]]:
    """The tokens without such blanks, and an error for each kind of them, whose fix replaces them all."""
    places: dict[str, list[Token]] = {}
    kept: list[Token] = []
    for token in tokens:
        if token.kind == "UNKNOWN" and token.text in _BLANKS:
            places.setdefault(token.text, []).append(token)
        # A line with nothing else is an empty one, whose end means nothing.
        elif token.kind != "NEWLINE" or not places or (kept and kept[-1].kind != "NEWLINE"):
            kept.append(token)
    if not places:
        return tokens, []
    return kept, [_explained(source, found) for found in places.values()]


def _explained(source: Source, found: list[Token]) -> Diagnostic:
    """The error of one kind of blank."""
    first = found[0]
    name, instead = _BLANKS[first.text]
    many = f", which stands at {len(found)} places" if len(found) > 1 else ""
    edits = tuple(Edit(Span(source, each.start, each.end), instead) for each in found)
    title = f"replace {name} by a space" if instead else f"remove {name}"
    return Diagnostic(
        codes.UNKNOWN_CHARACTER,
        f"unexpected character `U+{ord(first.text):04X}`",
        Span(source, first.start, first.end),
        f"this is {name}{many}",
        help="replace it by a space" if instead else "remove it",
        fix=Fix(title, edits, safe=True),
    )
