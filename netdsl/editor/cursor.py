"""What a half-written text asks for at the cursor, read from its tokens: it need not parse."""

from __future__ import annotations

from netdsl.diagnostics.span import Source
from netdsl.record import Record
from netdsl.syntax.tokens import Token, tokenize

# Inside brackets, these begin a line only where a bracket was forgotten above.
STATEMENT_WORDS = {
    *("NET", "BLOCK", "USE", "INPUT", "EXPECT", "LET", "REQUIRE", "INIT", "REPEAT", "BRANCH", "OUTPUT"),
}
OPENING = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE"}
CLOSING = {"RPAR": "LPAR", "RSQB": "LSQB", "RBRACE": "LBRACE"}
# The parentheses after the name of a net or block.
HEADER = "HEADER"
_NAMES_GIVEN = {"AS", "LET", "OUTPUT", "NET", "BLOCK", "FOR"}
_OPERANDS = {"NAME", "INT", "FLOAT", "SHAPE", "STRING", "TRUE", "FALSE", "RPAR", "RSQB", "RBRACE"}

# What stands at the cursor.
FILE, STATEMENT, STEP, VALUE, ARGUMENT, NEW_NAME, PATH, BEHIND, VARIANT, NOTHING = (
    "file",
    "statement",
    "step",
    "value",
    "argument",
    "new name",
    "path",
    "behind",
    "variant",
    "nothing",
)


class Open(Record):
    """A bracket or brace that is open at the cursor.

    `callee` is the word before it, with its place; `head` the first word of
    its statement; `position` counts the commas since, `given` are the names
    of the arguments so far, `argument` the name of the one the cursor is in.
    """

    kind: str
    callee: str
    callee_start: int
    head: str
    position: int = 0
    given: tuple[str, ...] = ()
    argument: str | None = None


class Cursor(Record):
    """Where the cursor is: what is wanted there, the word begun, and what is open around."""

    wants: str
    prefix: str
    start: int
    open: tuple[Open, ...]
    before: str

    @property
    def call(self) -> Open | None:
        """The call in whose parentheses the cursor is."""
        for each in reversed(self.open):
            if each.kind == "LPAR" and each.callee:
                return each
            if each.kind == "LBRACE":
                return None
        return None

    @property
    def braces(self) -> Open | None:
        """The innermost braces."""
        return next((each for each in reversed(self.open) if each.kind == "LBRACE"), None)


def read_cursor(source: Source, offset: int) -> Cursor:
    """What stands at an offset of a text."""
    tokens, comments = tokenize(source)
    if any(comment.start < offset <= comment.end for comment in comments):
        return Cursor(NOTHING, "", offset, (), "")
    before = [each for each in tokens if each.start < offset and each.kind not in ("$END",)]
    before = [each for each in before if each.text or each.kind != "NEWLINE"]
    prefix, start = "", offset
    if before and before[-1].end >= offset:
        last = before[-1]
        if last.text[0].isalpha() or last.text[0] == "_":
            prefix, start = source.text[last.start : offset], last.start
            before.pop()
        elif last.kind == "STRING" and last.end > offset:
            return _in_string(source, before, last.start, offset)
        elif last.kind in ("INT", "FLOAT", "SHAPE"):
            return Cursor(NOTHING, "", offset, (), last.kind)
    quote = _open_quote(source, offset)
    if quote is not None:
        return _in_string(source, [each for each in before if each.start < quote], quote, offset)
    opened = open_brackets(before)
    return Cursor(_wanted(before, opened), prefix, start, opened, before[-1].kind if before else "")


def _open_quote(source: Source, offset: int) -> int | None:
    """Where a string that is not closed yet begins, on the line of the cursor."""
    begin = source.text.rfind("\n", 0, offset) + 1
    line = source.text[begin:offset]
    return begin + line.rindex('"') if line.count('"') % 2 else None


def _in_string(source: Source, before: list[Token], quote: int, offset: int) -> Cursor:
    """A path after `use`; other strings ask for nothing."""
    words = [each for each in before if each.start < quote]
    wants = PATH if words and words[-1].kind == "USE" else NOTHING
    return Cursor(wants, source.text[quote + 1 : offset], quote + 1, (), "")


def open_brackets(tokens: list[Token]) -> tuple[Open, ...]:
    """The brackets that are open after some tokens, the innermost last."""
    stack: list[Open] = []
    head = ""
    for index, token in enumerate(tokens):
        previous = tokens[index - 1] if index else None
        begins = previous is None or previous.kind in ("NEWLINE", "LBRACE", "RBRACE")
        if (begins and token.kind in STATEMENT_WORDS) or token.kind == "ARROW":
            while stack and stack[-1].kind != "LBRACE":
                stack.pop()
        if begins and not (stack and stack[-1].kind != "LBRACE"):
            head = token.kind
        if token.kind in OPENING:
            callee = (
                previous if previous is not None and previous.kind in ("NAME", "INIT", "BRANCH") else None
            )
            if token.kind == "LBRACE":
                callee = _owner(tokens, index)
            is_header = callee is not None and index > 1 and tokens[index - 2].kind in ("NET", "BLOCK")
            word, start = (callee.text, callee.start) if callee is not None else ("", -1)
            stack.append(Open(token.kind, word, start, HEADER if is_header else head))
        elif token.kind in CLOSING:
            _close(stack, CLOSING[token.kind])
        elif stack and stack[-1].kind != "LBRACE":
            stack[-1] = _go_on(stack[-1], token, tokens[index + 1] if index + 1 < len(tokens) else None)
    return tuple(stack)


def _owner(tokens: list[Token], index: int) -> Token | None:
    """The word that braces belong to: a layer's name, or the keyword before them."""
    previous = tokens[index - 1] if index else None
    if previous is None or previous.kind != "RPAR":
        return previous
    depth = 0
    for position in range(index - 1, -1, -1):
        kind = tokens[position].kind
        depth += (kind == "RPAR") - (kind == "LPAR")
        if depth == 0:
            return tokens[position - 1] if position else None
    return None


def _close(stack: list[Open], opening: str) -> None:
    """Close the innermost bracket of a kind, and what was forgotten inside it."""
    kinds = [each.kind for each in stack]
    if opening not in kinds or (opening != "LBRACE" and kinds[-1] != opening):
        return
    while stack.pop().kind != opening:
        pass


def _go_on(opened: Open, token: Token, following: Token | None) -> Open:
    """The bracket after one more token inside it."""
    if token.kind == "COMMA":
        return opened.replace(position=opened.position + 1, argument=None)
    if token.kind == "NAME" and following is not None and following.kind == "EQUAL":
        return opened.replace(argument=token.text, given=(*opened.given, token.text))
    return opened


def _wanted(before: list[Token], opened: tuple[Open, ...]) -> str:
    """What may stand after some tokens."""
    last = before[-1].kind if before else "NEWLINE"
    solid = next((each.kind for each in reversed(before) if each.kind != "NEWLINE"), "")
    if solid == "ARROW":
        return STEP
    if last in _NAMES_GIVEN:
        return NEW_NAME
    inside = opened[-1] if opened else None
    if inside is not None and inside.kind != "LBRACE":
        return _wanted_in_brackets(solid, inside)
    if last in ("NEWLINE", "LBRACE", "RBRACE"):
        return STATEMENT if inside is not None else FILE
    if last == "USE":
        return PATH
    if inside is None:
        return VARIANT if last == "EQUAL" else NOTHING
    if last == "NAME" and len(before) > 1 and before[-2].kind in _NAMES_GIVEN:
        return BEHIND if before[-2].kind == "FOR" else NOTHING
    return BEHIND if last in _OPERANDS else VALUE


def _wanted_in_brackets(last: str, inside: Open) -> str:
    """What may stand inside `(` or `[`."""
    if last in _OPERANDS:
        return BEHIND
    if inside.kind == "LPAR" and last in ("LPAR", "COMMA") and inside.callee:
        return NEW_NAME if inside.head == HEADER and inside.kind == "LPAR" else ARGUMENT
    return VALUE
