"""Definitions inside the braces of another, where none stands."""

from __future__ import annotations

from netdsl.diagnostics.diagnostic import Label
from netdsl.diagnostics.span import Span
from netdsl.syntax.mistake import Explained, Mistake
from netdsl.syntax.tokens import Token

_BEFORE = ("NEWLINE", "LBRACE", "RBRACE")
_NAMED = {"NET": "a net", "BLOCK": "a block", "USE": "a `use`"}


def nested_definition(mistake: Mistake) -> Explained | None:
    """A net, block or `use` inside braces that are all closed; it is read after the definition around it."""
    tokens, at, previous = mistake.tokens, mistake.position, mistake.previous
    if mistake.token.kind not in _NAMED or previous is None or previous.kind not in _BEFORE:
        return None
    wanted = "STRING" if mistake.token.kind == "USE" else "NAME"
    if not mistake.open or mistake.in_brackets or tokens[at + 1].kind != wanted:
        return None
    if not _balances(tokens, at, len(mistake.open)):
        return None
    outer = mistake.open[0]
    diagnostic = mistake.unexpected(
        f"{_NAMED[mistake.token.kind]} stands outside of nets and blocks",
        help="move it out of these braces, above or below what they belong to",
    )
    label = Label(Span(mistake.source, outer.start, outer.end), "stands inside these braces")
    return Explained(diagnostic.replace(labels=(label,)), _end(tokens, at), is_elsewhere=True)


def _balances(tokens: list[Token], start: int, depth: int) -> bool:
    """Whether each brace of the text is closed, where so many are open before a token."""
    for token in tokens[start:]:
        depth += (token.kind == "LBRACE") - (token.kind == "RBRACE")
        if depth < 0:
            return False
    return depth == 0


def _end(tokens: list[Token], start: int) -> int:
    """The index after a definition: after its braces or, where it has none, its line."""
    depth = brackets = 0
    for at in range(start, len(tokens)):
        kind = tokens[at].kind
        brackets += (kind in ("LPAR", "LSQB")) - (kind in ("RPAR", "RSQB"))
        if depth == 0 and (kind == "RBRACE" or (kind == "NEWLINE" and brackets <= 0)):
            return at
        depth += (kind == "LBRACE") - (kind == "RBRACE")
        if kind == "RBRACE" and depth == 0:
            return at + 1
    return len(tokens) - 1


def move_outside(tokens: list[Token], start: int, end: int, depth: int) -> None:
    """Move the tokens of a definition behind the one around it, so many braces of which are open."""
    at = end
    while depth and at < len(tokens) - 1:
        depth += (tokens[at].kind == "LBRACE") - (tokens[at].kind == "RBRACE")
        at += 1
    place = tokens[at - 1].end
    tokens[at:at] = [Token("NEWLINE", "\n", place, place), *tokens[start:end]]
    del tokens[start:end]
