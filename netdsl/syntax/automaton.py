"""The LALR(1) automaton: tokens in, nodes of the tree out, as the tables say."""

from __future__ import annotations

from abc import ABC, abstractmethod

from netdsl.diagnostics.catalogue import syntax as codes
from netdsl.diagnostics.diagnostic import Diagnostic
from netdsl.diagnostics.span import Source, Span
from netdsl.syntax import tree
from netdsl.syntax.build import REDUCTIONS
from netdsl.syntax.tables import ACTIONS, END, GOTOS, START
from netdsl.syntax.tokens import Token

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DEEPEST = 64
LONGEST_NUMBER = 40
MOST_ERRORS = 50
_OPENING = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE"}
_CLOSING = {"RPAR", "RSQB", "RBRACE"}
_NUMBERS = {"INT", "FLOAT", "SHAPE"}


class StopError(Exception):
    """Parsing can't go on."""


class Automaton(ABC):
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
        except StopError:
            return [each for each in (self.made[0] if self.made else []) if isinstance(each, tree.Node)]  # type: ignore[misc]
        items: list[tree.Definition | tree.Use] = self.made[0]
        return items

    def read_one(self) -> None:
        """Reduce as far as the next token asks for, then shift it."""
        token = self.tokens[self.position]
        kind = token.kind
        if kind == "NEWLINE" and self.is_joined():
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
        raise StopError

    def report(self, diagnostic: Diagnostic) -> None:
        """Keep a finding; past a screenful more say nothing new."""
        self.diagnostics.append(diagnostic)
        if len(self.diagnostics) >= MOST_ERRORS:
            raise StopError

    def span(self, token: Token) -> Span:
        """The place of a token."""
        return Span(self.source, token.start, token.end)

    def settle(self) -> None:
        """Finish what is complete whatever follows it, such as the line before the mistake."""
        while self.states[-1] != END:
            actions = set(ACTIONS[self.states[-1]].values())
            if len(actions) > 1 or (action := actions.pop()) >= 0:
                return
            self.reduce(action)

    @abstractmethod
    def recover(self, token: Token) -> None:
        """Go on after a token that doesn't fit, or raise `StopError`."""
