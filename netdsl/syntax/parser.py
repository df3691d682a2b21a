"""Tokens to syntax tree: an LALR(1) parser that goes on after an error."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import syntax as codes
from netdsl.diagnostics.diagnostic import Diagnostic
from netdsl.diagnostics.span import Source, Span
from netdsl.syntax import tree
from netdsl.syntax.build import REDUCTIONS
from netdsl.syntax.docs import attach_docs
from netdsl.syntax.errors import explain_mistake
from netdsl.syntax.forgotten import JOINED, close_forgotten
from netdsl.syntax.mistake import Explained, Mistake
from netdsl.syntax.tables import ACTIONS, END, GOTOS, LITERALS, START
from netdsl.syntax.tokens import Token, tokenize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DEEPEST = 64
LONGEST_NUMBER = 40
MOST_ERRORS = 50
# What was said of one place is said of all.
_ONCE = {codes.OUTSIDE, codes.RESERVED_WORD}
_OPENING = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE"}
_CLOSING = {"RPAR", "RSQB", "RBRACE"}
_NUMBERS = {"INT", "FLOAT", "SHAPE"}


def parse(source: Source) -> tuple[tree.File, list[Diagnostic]]:
    """The tree of a text, and what was wrong with it.

    Where a statement can't be read, a `Broken` stands in its place and
    parsing goes on after it, so one run reports every mistake.
    """
    tokens, comments = tokenize(source)
    tokens, unclosed = close_forgotten(source, tokens)
    parser = _Parser(source, tokens, unclosed[:MOST_ERRORS])
    items = parser.run()
    noted = tuple(tree.Comment(span) for span in comments)
    return tree.File(source, attach_docs(items, noted), noted), parser.diagnostics


def parse_expression(source: Source, start: int = 0) -> tuple[tree.Expression | None, list[Diagnostic]]:
    """The tree of a lone expression, such as the value of a `--set`, which begins at `start`."""
    tokens = tokenize(source, start)[0][:-2]
    # Tokens without a place make a net around the expression, so that its spans stay its own.
    end = len(source.text)
    tokens = [
        *(
            Token(kind, "", start, start)
            for kind in ("NET", "NAME", "LBRACE", "LET", "NAME", "EQUAL", "LPAR")
        ),
        *tokens,
        *(Token(kind, "", end, end) for kind in ("RPAR", "RBRACE", "NEWLINE", "$END")),
    ]
    parser = _Parser(source, tokens, [])
    items = parser.run()
    match items:
        case [tree.Definition(body=tree.Body(statements=(tree.Let(value=value),)))] if not parser.diagnostics:
            return value, []
    if items and all(each.code is codes.NUMBER_TOO_LONG for each in parser.diagnostics):
        return None, parser.diagnostics
    text = source.text[start:].strip()
    whole = Span(source, start, len(source.text))
    return None, [Diagnostic(codes.UNEXPECTED, f"`{text}` is not a value", whole, "expected one value")]


class _StopError(Exception):
    """Parsing can't go on."""


class _Parser:
    """The state of one run: what was read, and what may come next."""

    def __init__(self, source: Source, tokens: list[Token], found: list[Diagnostic]) -> None:
        self.source = source
        self.tokens = tokens
        self.position = 0
        self.states = [START]
        self.made: list[Any] = []
        self.open: list[Token] = []
        self.diagnostics = found

    def run(self) -> list[tree.Definition | tree.Use]:
        """Read all tokens; the items of the file."""
        try:
            while self.states[-1] != END:
                self.read_one()
        except _StopError:
            return [each for each in (self.made[0] if self.made else []) if isinstance(each, tree.Node)]  # type: ignore[misc]
        items: list[tree.Definition | tree.Use] = self.made[0]
        return items

    def read_one(self) -> None:
        """Reduce as far as the next token asks for, then shift it."""
        token = self.tokens[self.position]
        kind = token.kind
        if kind == "NEWLINE" and (self.is_joined() or self.was_to_be_joined()):
            self.position += 1
            return
        states = self.states
        while states[-1] != END:
            action = ACTIONS[states[-1]].get(kind, 0)
            if action >= 0:
                self.take(token, action)
                return
            self.reduce(action)

    def reduce(self, action: int) -> None:
        """Make a node of what was read last."""
        states, made = self.states, self.made
        result, length, build = REDUCTIONS[-action - 1]
        parts = made[len(made) - length :]
        if length:
            del made[-length:], states[-length:]
        node = build(self.source, parts)
        made.append(node)
        states.append(GOTOS[states[-1]][result])
        if isinstance(node, tree.Composite) and node.depth > DEEPEST:
            self.stop_too_deep(node.span)

    def take(self, token: Token, action: int) -> None:
        """Shift a token, or recover from one that doesn't fit."""
        if action:
            self.states.append(action - 1)
            self.made.append(token)
            self.shifted(token)
        else:
            self.recover(token)

    def is_joined(self) -> bool:
        """Whether a newline here means nothing: inside `(` or `[`, or after an arrow."""
        if self.open and self.open[-1].kind != "LBRACE":
            return True
        return self.position > 0 and self.tokens[self.position - 1].kind == "ARROW"

    def was_to_be_joined(self) -> bool:
        """Whether an `else` or `shortcut` after this newline goes on with what the brace before it ended."""
        before, following = self.tokens[self.position - 1], self.tokens[self.position + 1]
        if before.kind != "RBRACE" or following.kind not in JOINED or not self.fits(following.kind):
            return False
        here = Mistake(self.source, self.tokens, self.position + 1, tuple(self.open), frozenset())
        self.report(explain_mistake(here).diagnostic)
        return True

    def fits(self, kind: str) -> bool:
        """Whether a token of this kind could be read here."""
        states = list(self.states)
        while (action := ACTIONS[states[-1]].get(kind, 0)) < 0:
            result, length, _ = REDUCTIONS[-action - 1]
            del states[len(states) - length :]
            states.append(GOTOS[states[-1]][result])
        return action > 0

    def shifted(self, token: Token) -> None:
        """Keep count of brackets, and of digits, after a token that fits."""
        self.position += 1
        kind = token.kind
        if kind in _OPENING:
            self.open.append(token)
            if len(self.open) > DEEPEST:
                self.stop_too_deep(self.span(token))
        elif kind in _CLOSING:
            self.open.pop()
        elif kind in _NUMBERS and max(map(len, token.text.split("x"))) > (
            18 if kind != "FLOAT" else LONGEST_NUMBER
        ):
            self.report(
                Diagnostic(
                    codes.NUMBER_TOO_LONG,
                    "number with too many digits",
                    self.span(token),
                    "more than 18 digits" if kind != "FLOAT" else f"more than {LONGEST_NUMBER} characters",
                )
            )
            token.text = "1"

    def stop_too_deep(self, span: Span) -> None:
        """Give up on a text that would overflow later stages."""
        place = Span(span.source, span.start, min(span.end, span.start + 20))
        self.report(
            Diagnostic(
                codes.TOO_DEEP, f"nested more than {DEEPEST} deep", place, "the nesting goes too deep here"
            )
        )
        raise _StopError

    def report(self, diagnostic: Diagnostic) -> None:
        """Keep a finding; past a screenful more say nothing new."""
        self.diagnostics.append(diagnostic)
        if len(self.diagnostics) >= MOST_ERRORS:
            raise _StopError

    def span(self, token: Token) -> Span:
        """The place of a token."""
        return Span(self.source, token.start, token.end)

    def expected(self) -> set[str]:
        """The terminals that could stand here."""
        return set(ACTIONS[self.states[-1]])

    def recover(self, token: Token) -> None:
        """Report the mistake, then go on after the statement it stands in."""
        mistake = explain_mistake(
            Mistake(self.source, self.tokens, self.position, tuple(self.open), frozenset(self.expected()))
        )
        known = {(each.code, each.message) for each in self.diagnostics if each.code in _ONCE}
        if (mistake.diagnostic.code, mistake.diagnostic.message) not in known and not self.repeats(mistake):
            self.report(mistake.diagnostic)
        if mistake.is_unclosed:
            self.close_braces(token)
            return
        if mistake.instead is not None:
            meant = [Token(kind, LITERALS[kind], token.start, token.start) for kind in mistake.instead]
            self.tokens[self.position : mistake.resume] = meant
            return
        if self.tokens[mistake.resume].kind == "$END":
            raise _StopError
        self.skip_statement(mistake.resume)
        self.settle()
        self.unwind()

    def settle(self) -> None:
        """Finish what is complete whatever follows it, such as the line before the mistake."""
        while self.states[-1] != END:
            actions = set(ACTIONS[self.states[-1]].values())
            if len(actions) > 1 or (action := actions.pop()) >= 0:
                return
            self.reduce(action)

    def repeats(self, mistake: Explained) -> bool:
        """Whether the last mistake was of the same kind and line: reading went on after it."""
        last = self.diagnostics[-1] if self.diagnostics else None
        if mistake.instead is None or last is None or last.span is None or mistake.diagnostic.span is None:
            return False
        return last.label == mistake.diagnostic.label and last.span.line == mistake.diagnostic.span.line

    def close_braces(self, token: Token) -> None:
        """Put the braces that lack before a token, so that what they hold is checked too."""
        at = token.start
        missing = [Token("RBRACE", "}", at, at) for _ in self.open]
        self.tokens[self.position : self.position] = [*missing, Token("NEWLINE", "", at, at)]

    def skip_statement(self, resume: int) -> None:
        """Move to the end of the statement: its newline, or the brace that closes its body."""
        self.position = resume
        while self.open and self.open[-1].kind != "LBRACE":
            self.open.pop()
        depth = 0
        while (kind := self.tokens[self.position].kind) != "$END":
            if kind == "LBRACE":
                depth += 1
            elif kind == "RBRACE":
                if depth == 0 and self.open:
                    return
                depth = max(0, depth - 1)
            elif kind == "NEWLINE" and depth == 0:
                return
            self.position += 1

    def unwind(self) -> None:
        """Drop what was begun, down to the lines of the body or the file around it."""
        closed = 0
        while len(self.states) > 1:
            top = self.made[-1]
            around = GOTOS[self.states[-2]]
            if isinstance(top, Token):
                # What stands between braces that are closed already is not what we are inside of.
                closed += (top.kind == "RBRACE") - (top.kind == "LBRACE" and closed > 0)
            elif closed == 0 and self.states[-1] in (around.get("lines"), around.get("file")):
                break
            self.states.pop()
            self.made.pop()
        if self.made and "NAME" in ACTIONS[self.states[-1]]:
            token = self.tokens[self.position]
            self.made[-1].append(tree.Broken(self.span(token)))
