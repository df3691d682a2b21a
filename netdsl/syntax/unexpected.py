"""What is said of tokens that don't fit, where no slip or habit explains them."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import syntax as codes
from netdsl.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
from netdsl.diagnostics.span import Span
from netdsl.diagnostics.suggest import closest
from netdsl.syntax.brackets import STATEMENTS
from netdsl.syntax.expected import VALUES
from netdsl.syntax.mistake import Explained, Mistake, describe
from netdsl.syntax.tables import KEYWORDS

_ENDS_VALUE = {"NAME", "INT", "FLOAT", "SHAPE", "STRING", "TRUE", "FALSE", "RPAR", "RSQB"}
_KEYWORD_KINDS = frozenset(KEYWORDS.values())


def loose_colon(mistake: Mistake) -> Diagnostic | None:
    """A colon outside of slices."""
    if mistake.token.kind != "COLON":
        return None
    return Diagnostic(
        codes.UNEXPECTED,
        "unexpected `:`",
        mistake.span(mistake.token),
        "a colon stands in a slice alone: values[1:3]",
        help="bodies stand in braces, and named arguments take `=`",
    )


def loose_arrow(mistake: Mistake) -> Explained | None:
    """An arrow after which no step stands."""
    if mistake.expected != {"NAME"}:
        return None
    at = mistake.position - 1
    while at >= 0 and mistake.tokens[at].kind == "NEWLINE":
        at -= 1
    is_last = at < mistake.position - 1 or mistake.token.kind in ("RBRACE", "$END")
    if at < 0 or mistake.tokens[at].kind != "ARROW" or not is_last:
        return None
    arrow = mistake.tokens[at]
    diagnostic = Diagnostic(
        codes.UNEXPECTED,
        "`->` without a step after it",
        Span(mistake.source, arrow.start, arrow.end),
        "leads nowhere",
        (Label(mistake.span(mistake.token), f"{describe(mistake.token)} is no step"),)
        if mistake.token.kind != "$END"
        else (),
        help="write the layer that follows, or leave the arrow out",
    )
    return Explained(diagnostic, at + 1)


def line_break(mistake: Mistake) -> Diagnostic | None:
    """What goes on with the line before, at the start of a line."""
    token, previous = mistake.token, mistake.previous
    if (
        token.kind not in ("ARROW", "ELSE", "SHORTCUT", "AS")
        or previous is None
        or previous.kind != "NEWLINE"
        or mistake.position < 2
    ):
        return None
    before = mistake.tokens[mistake.position - 2]
    label, help = _where_it_stands(mistake, before.text)
    gap = Span(mistake.source, before.end, token.start)
    bridged = mistake.source.text[gap.start : gap.end].strip() == ""
    follows = token.kind in ("ARROW", "AS") or before.kind == "RBRACE"
    return Diagnostic(
        codes.LINE_BREAK,
        f"`{token.text}` at the start of a line",
        mistake.span(token),
        label,
        help=help,
        fix=Fix("join the lines", (Edit(gap, " "),), safe=True) if bridged and follows else None,
    )


def _where_it_stands(mistake: Mistake, before: str) -> tuple[str, str]:
    """Where what goes on with the line before stands, and what to do; `before` is the end of that line."""
    token, following = mistake.token, mistake.tokens[mistake.position + 1]
    label = "stands after the step before it"
    if token.kind == "ARROW":
        return label, "a newline ends a statement; end the line with `->` to go on"
    if token.kind == "AS":
        name = following.text if following.kind == "NAME" else "name"
        return label, f"a label stands on the line of its step: end that line with `as {name}`"
    label = "stands on the line of the brace before it"
    if before == "}":
        return label, f"join the two lines: `}} {token.text}`"
    owner = "an `if`" if token.kind == "ELSE" else "a `residual`"
    return label, f"`{token.text}` follows the braces of {owner}, and none end above it"


def outside(mistake: Mistake) -> Diagnostic | None:
    """A statement outside of nets and blocks."""
    if "NET" not in mistake.expected or mistake.token.kind not in STATEMENTS | {"NAME", "IF"}:
        return None
    if mistake.token.kind == "NAME":
        word = closest(mistake.token.text, ("net", "block", "use"))
        following = mistake.tokens[mistake.position + 1].kind
        if word and following in ("NAME", "STRING"):
            span = mistake.span(mistake.token)
            fix = Fix(f"write `{word}`", (Edit(span, word),))
            return Diagnostic(
                codes.UNEXPECTED,
                f"unexpected `{mistake.token.text}`",
                span,
                f"did you mean `{word}`?",
                help="a file holds `use` lines, nets and blocks",
                fix=fix,
            )
    return Diagnostic(
        codes.OUTSIDE,
        "statement outside a net or block",
        mistake.span(mistake.token),
        "stands in no braces",
        help="put the layers inside `net Name { ... }`",
    )


def reserved_word(mistake: Mistake) -> Diagnostic | None:
    """A word of the language as a name."""
    token = mistake.token
    is_name_wanted = "NAME" in mistake.expected and (len(mistake.expected) <= 2 or "INT" in mistake.expected)
    if token.kind not in _KEYWORD_KINDS or not is_name_wanted:
        return None
    return Diagnostic(
        codes.RESERVED_WORD,
        f"`{token.text}` is a reserved word",
        mistake.span(token),
        "can't be used as a name",
        help=f"choose another name, such as `{token.text}_`",
    )


def single_equals(mistake: Mistake) -> Diagnostic | None:
    """`=` where a value is compared."""
    if mistake.token.kind != "EQUAL" or "EQUALS" not in mistake.expected:
        return None
    if (
        mistake.open
        and mistake.open[-1].kind == "LPAR"
        and mistake.previous
        and mistake.previous.kind != "NAME"
    ):
        return Diagnostic(
            codes.UNEXPECTED,
            "unexpected `=`",
            mistake.span(mistake.token),
            "an argument's name stands before `=`",
        )
    return Diagnostic(
        codes.UNEXPECTED,
        "unexpected `=`",
        mistake.span(mistake.token),
        "`=` gives a name its value; values are compared by `==`",
        fix=Fix("write `==`", (Edit(mistake.span(mistake.token), "=="),)),
        help="write `==` to compare, or `let name = value`",
    )


def missing_comma(mistake: Mistake) -> Diagnostic | None:
    """Two values without a comma."""
    token, previous = mistake.token, mistake.previous
    inside = mistake.open and mistake.open[-1].kind in ("LPAR", "LSQB")
    if not inside or "COMMA" not in mistake.expected or token.kind not in VALUES:
        return None
    if previous is None or previous.kind not in _ENDS_VALUE | {"NEWLINE"}:
        return None
    back = mistake.position - (2 if previous.kind == "NEWLINE" else 1)
    at = Span(mistake.source, mistake.tokens[back].end, mistake.tokens[back].end)
    return Diagnostic(
        codes.UNEXPECTED,
        f"unexpected {describe(token)}",
        mistake.span(token),
        "expected a comma before it",
        fix=Fix("insert a comma", (Edit(at, ","),)),
        help="separate arguments by commas",
    )
