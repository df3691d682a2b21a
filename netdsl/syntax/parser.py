"""Tokens to syntax tree: an LALR(1) parser that goes on after an error."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import syntax as codes
from netdsl.diagnostics.diagnostic import Diagnostic
from netdsl.diagnostics.span import Source, Span
from netdsl.syntax import tree
from netdsl.syntax.automaton import MOST_ERRORS, Automaton, StopError
from netdsl.syntax.blanks import read_over_blanks
from netdsl.syntax.docs import attach_docs
from netdsl.syntax.errors import explain_mistake
from netdsl.syntax.forgotten import JOINED, close_forgotten
from netdsl.syntax.mistake import Explained, Mistake
from netdsl.syntax.nested import move_outside
from netdsl.syntax.tables import ACTIONS, GOTOS, LITERALS
from netdsl.syntax.tokens import Token, tokenize

# What was said of one place is said of all.
_ONCE = {codes.OUTSIDE, codes.RESERVED_WORD}


def parse(source: Source) -> tuple[tree.File, list[Diagnostic]]:
    """The tree of a text, and what was wrong with it.

    Where a statement can't be read, a `Broken` stands in its place and
    parsing goes on after it, so one run reports every mistake.
    """
    tokens, comments = tokenize(source)
    tokens, blanks = read_over_blanks(source, tokens)
    tokens, unclosed = close_forgotten(source, tokens)
    parser = _Parser(source, tokens, [*blanks, *unclosed][:MOST_ERRORS])
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


class _Parser(Automaton):
    """The automaton with what it does after a mistake."""

    def is_joined(self) -> bool:
        """Whether a newline here means nothing, or should: what goes on below a closing brace is reported."""
        return super().is_joined() or self.was_to_be_joined()

    def was_to_be_joined(self) -> bool:
        """Whether an `else` or `shortcut` after this newline goes on with what the brace before it ended."""
        before, following = self.tokens[self.position - 1], self.tokens[self.position + 1]
        if before.kind != "RBRACE" or following.kind not in JOINED or not self.fits(following.kind):
            return False
        here = Mistake(self.source, self.tokens, self.position + 1, tuple(self.open), frozenset())
        self.report(explain_mistake(here).diagnostic)
        return True

    def recover(self, token: Token) -> None:
        """Report the mistake, then go on after the statement it stands in."""
        expected = frozenset(ACTIONS[self.states[-1]])
        here = Mistake(self.source, self.tokens, self.position, tuple(self.open), expected)
        mistake = explain_mistake(here)
        known = {(each.code, each.message) for each in self.diagnostics if each.code in _ONCE}
        if (mistake.diagnostic.code, mistake.diagnostic.message) not in known and not self.repeats(mistake):
            self.report(mistake.diagnostic)
        if mistake.is_unclosed:
            self.close_braces(token)
            return
        if mistake.is_elsewhere:
            move_outside(self.tokens, self.position, mistake.resume, len(self.open))
            return
        if mistake.instead is not None:
            meant = [Token(kind, LITERALS[kind], token.start, token.start) for kind in mistake.instead]
            self.tokens[self.position : mistake.resume] = meant
            return
        if self.tokens[mistake.resume].kind == "$END":
            raise StopError
        self.skip_statement(mistake.resume)
        self.settle()
        self.unwind()

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
