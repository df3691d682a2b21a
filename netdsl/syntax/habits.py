"""Forms of other languages that people write from habit, and what is written here."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import syntax as codes
from netdsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from netdsl.diagnostics.span import Span
from netdsl.syntax.mistake import Explained, Mistake, describe

_LET = "a value gets its name by `let name = value`"
_BLOCK = "a part of networks is written `block Name(parameters) { ... }`"
_NET = "a network is written `net Name(parameters) { ... }`"
_USE = '`use "blocks.net"` brings in another file; layers need no import'
_ELSE_IF = "write `else if`, on the line of the `}` before it"
# What is written for a word that begins a statement elsewhere.
WORDS = {
    "elif": _ELSE_IF,
    "elseif": _ELSE_IF,
    "while": "write `repeat n { ... }` for n turns, or `for x in xs { ... }`",
    "return": "leave it out: what comes out of the last statement is the result",
    "assert": 'write `require condition, "message"`',
    "var": _LET,
    "const": _LET,
    "def": _BLOCK,
    "func": _BLOCK,
    "function": _BLOCK,
    "class": _NET,
    "model": _NET,
    "network": _NET,
    "import": _USE,
    "from": _USE,
    "include": _USE,
}
# Those that this language only calls otherwise.
_RENAMED = {"assert": "require", "var": "let", "const": "let", "model": "net", "network": "net"}
_STARTS = ("NEWLINE", "LBRACE", "RBRACE")
_LITERALS = ("INT", "FLOAT", "SHAPE", "STRING", "TRUE", "FALSE", "MINUS", "LSQB", "LPAR")


def comment(mistake: Mistake) -> Explained | None:
    """`// text` and `/* text */`, which are read over."""
    tokens, at = mistake.tokens, mistake.position
    kinds = [token.kind for token in tokens[at : at + 2]]
    if kinds[0] == "DOUBLE_SLASH":
        sign, end = "//", mistake.next_line()
        span = mistake.span(mistake.token)
        fix = Fix("write `#`", (Edit(span, "#"),), safe=True)
    elif kinds[:1] == ["SLASH"] and kinds[1:] in (["STAR"], ["DOUBLE_STAR"]):
        sign, end, fix = "/*", _end_of_comment(mistake), None
        span = Span(mistake.source, tokens[at].start, tokens[at + 1].end)
    else:
        return None
    help = "a comment begins with `#`, on each of its lines"
    diagnostic = Diagnostic(
        codes.UNEXPECTED, f"unexpected `{sign}`", span, "begins no comment", help=help, fix=fix
    )
    return Explained(diagnostic, end, instead=())


def _end_of_comment(mistake: Mistake) -> int:
    """The index after `*/`; where there is none, of the end of the line."""
    tokens = mistake.tokens
    for index in range(mistake.position + 2, len(tokens) - 1):
        if tokens[index].kind in ("STAR", "DOUBLE_STAR") and tokens[index + 1].kind == "SLASH":
            return index + 2
    return mistake.next_line()


def word(mistake: Mistake) -> Explained | None:
    """A word that begins a statement, or a definition, in another language."""
    at = mistake.position - 1
    if "NET" in mistake.expected and mistake.token.text in WORDS:
        at = mistake.position
    token = mistake.tokens[at] if at >= 0 else None
    if token is None or token.kind != "NAME" or token.text not in WORDS:
        return None
    if at and mistake.tokens[at - 1].kind not in _STARTS:
        return None
    span = Span(mistake.source, token.start, token.end)
    written = _RENAMED.get(token.text)
    fix = Fix(f"write `{written}`", (Edit(span, written),)) if written else None
    label = "a word of other languages"
    diagnostic = Diagnostic(
        codes.UNEXPECTED, f"unexpected `{token.text}`", span, label, help=WORDS[token.text], fix=fix
    )
    return Explained(diagnostic, mistake.end_of_indented())


def assignment(mistake: Mistake) -> Explained | None:
    """`x = conv(16, 3)`, where a statement begins."""
    tokens, at = mistake.tokens, mistake.position
    if mistake.token.kind != "EQUAL" or at < 2 or mistake.in_brackets or "NET" in mistake.expected:
        return None
    name = tokens[at - 1]
    if name.kind != "NAME" or tokens[at - 2].kind not in _STARTS:
        return None
    value = mistake.text(at + 1, mistake.end_of_line())
    first, fix = tokens[at + 1], None
    if first.kind in _LITERALS:
        place = Span(mistake.source, name.start, name.start)
        fix = Fix("write `let`", (Edit(place, "let "),))
        help = f"write `let {name.text} = {value}`"
    elif name.text in {each.text for each in tokens[at + 1 : mistake.end_of_line()]}:
        help = f"steps follow each other: write {first.text} on a line of its own, without `{name.text}`"
    else:
        help = f"steps follow each other; label one by `{value} as {name.text}`"
        help += f", or name a value by `let {name.text} = ...`"
    return Explained(mistake.unexpected("nothing is assigned", help=help, fix=fix), at)


def result(mistake: Mistake) -> Explained | None:
    """`net A(x) -> 10 {`, which is read over."""
    tokens, at = mistake.tokens, mistake.position
    if mistake.token.kind != "ARROW" or mistake.open:
        return None
    end = next(i for i in range(at, len(tokens)) if tokens[i].kind in ("LBRACE", "NEWLINE", "$END"))
    if tokens[mistake.line_start()].kind not in ("NET", "BLOCK") or tokens[end].kind != "LBRACE":
        return None
    written = mistake.text(at, end)
    span = Span(mistake.source, mistake.token.start, tokens[end - 1].end)
    diagnostic = mistake.unexpected(
        "a header states no result",
        help=f"leave `{written}` out, since shapes are inferred; the last statement may be an `expect`",
        fix=Fix("leave the result out", (Edit(span, ""),)),
    )
    return Explained(diagnostic, end, instead=())


def annotation(mistake: Mistake) -> Explained | None:
    """The type of a parameter or `let`, which is read over."""
    tokens, at = mistake.tokens, mistake.position
    if mistake.token.kind != "COLON" or at < 2 or tokens[at - 1].kind != "NAME":
        return None
    if tokens[at - 2].kind == "LET" and not mistake.in_brackets:
        what = "a value has"
    elif mistake.in_header:
        what = "parameters have"
    else:
        return None
    end = at + 1
    depth = 0
    while (kind := tokens[end].kind) not in ("NEWLINE", "LBRACE", "$END"):
        if depth == 0 and kind in ("EQUAL", "COMMA", "RPAR"):
            break
        depth += (kind in ("LPAR", "LSQB")) - (kind in ("RPAR", "RSQB"))
        end += 1
    written = Span(mistake.source, tokens[at].start, tokens[end - 1].end)
    return Explained(
        mistake.unexpected(
            f"{what} no type",
            help=f"leave `{written.text}` out",
            fix=Fix("leave the type out", (Edit(written, ""),)),
        ),
        end,
        instead=(),
    )


def colon(mistake: Mistake) -> Explained | None:
    """A body after a colon, by its indentation."""
    tokens, at = mistake.tokens, mistake.position
    if mistake.token.kind != "COLON" or mistake.in_brackets or tokens[at + 1].kind != "NEWLINE":
        return None
    head = mistake.text(mistake.line_start(), at)
    return Explained(
        mistake.unexpected(
            "a body stands in braces",
            help=f"write `{head} {{`, and `}}` after the last line of its body",
        ),
        mistake.end_of_indented(),
    )


def prefix(mistake: Mistake) -> Diagnostic | None:
    """`nn.Conv2d`, `F.relu`, `self.fc`."""
    if mistake.token.text != "." or mistake.previous is None or mistake.previous.kind != "NAME":
        return None
    name = mistake.previous.text
    help = f"layers have no prefix, and lower-case names: conv(16, 3) or relu, without `{name}.`"
    return Diagnostic(
        codes.UNKNOWN_CHARACTER,
        "unexpected character `.`",
        mistake.span(mistake.token),
        "names have no parts",
        help=help,
    )


def choice(mistake: Mistake) -> Diagnostic | None:
    """`condition ? a : b`."""
    if mistake.token.text != "?" or mistake.token.kind != "UNKNOWN":
        return None
    tokens, at, end = mistake.tokens, mistake.position, mistake.end_of_line()
    begin = at
    while begin and tokens[begin - 1].kind not in ("EQUAL", "LPAR", "LSQB", "COMMA", *_STARTS):
        begin -= 1
    colon = next((i for i in range(at, end) if tokens[i].kind == "COLON"), at)
    last = next((i for i in range(colon, end) if tokens[i].kind in ("COMMA", "RPAR", "RSQB")), end)
    help, fix = "write `a if condition else b`", None
    if begin < at < colon - 1 and colon + 1 < last:
        parts = mistake.text(at + 1, colon), mistake.text(begin, at), mistake.text(colon + 1, last)
        written = "{} if {} else {}".format(*parts)
        span = Span(mistake.source, tokens[begin].start, tokens[last - 1].end)
        help, fix = f"write `{written}`", Fix("write `if` and `else`", (Edit(span, written),))
    return Diagnostic(
        codes.UNKNOWN_CHARACTER,
        f"unexpected character {describe(mistake.token)}",
        mistake.span(mistake.token),
        "not a character of the language",
        help=help,
        fix=fix,
    )
