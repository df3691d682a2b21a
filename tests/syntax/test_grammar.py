"""The grammar is clean, its tables are up to date, and our driver accepts what Lark's does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from lark import Lark, Token
from lark.exceptions import UnexpectedInput

from netdsl.diagnostics import Source
from netdsl.diagnostics.catalogue import syntax as codes
from netdsl.syntax.parser import parse
from netdsl.syntax.tables import KEYWORDS
from netdsl.syntax.tokens import tokenize
from tests.syntax.words import FILES, SAMPLES, changed_samples

ROOT = Path(__file__).parents[2]
GRAMMAR = (ROOT / "netdsl" / "syntax" / "grammar.lark").read_text(encoding="utf-8")
BOUNDS = {codes.TOO_DEEP, codes.NUMBER_TOO_LONG}


class DropNewlines:
    """The post-lexer of the grammar: newlines in brackets, after an arrow and at the start mean nothing."""

    always_accept = ("NEWLINE",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """The tokens that count."""
        opened: list[str] = []
        before = ""
        for token in stream:
            if token.type in ("LPAR", "LSQB", "LBRACE"):
                opened.append(token.type)
            elif token.type in ("RPAR", "RSQB", "RBRACE") and opened:
                opened.pop()
            is_joined = before == "ARROW" or (opened and opened[-1] != "LBRACE")
            if token.type == "NEWLINE" and is_joined:
                continue
            before = token.type
            yield token


@cache
def grammar() -> Lark:
    """Lark's own parser of the grammar, with its basic lexer."""
    return Lark(GRAMMAR, parser="lalr", lexer="basic", strict=True, postlex=DropNewlines())  # type: ignore[arg-type]


def lark_accepts(text: str) -> bool:
    """Whether Lark reads a text, which ends with a newline."""
    try:
        grammar().parse(text)
    except UnexpectedInput:
        return False
    return True


def test_grammar_has_no_conflicts_and_no_colliding_terminals() -> None:
    Lark(GRAMMAR, parser="lalr", lexer="basic", strict=True)


def test_tables_are_up_to_date() -> None:
    done = subprocess.run([sys.executable, "tools/build_parser.py", "--check"], cwd=ROOT, check=False)
    assert done.returncode == 0, "run python tools/build_parser.py"


def test_few_words_are_reserved() -> None:
    assert len(KEYWORDS) <= 22


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_drivers_agree_on_every_sample(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert lark_accepts(text) == (not parse(Source(path.name, text))[1])


@settings(
    max_examples=400,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(changed_samples())
def test_drivers_agree_on_changed_samples(text: str) -> None:
    _, found = parse(Source("changed.net", text))
    if {each.code for each in found} & BOUNDS:
        return
    assert lark_accepts(text) == (not found), text


@pytest.mark.parametrize("text", SAMPLES[:8])
def test_lexers_agree(text: str) -> None:
    ours = [(token.kind, token.text) for token in tokenize(Source("a.net", text))[0]]
    theirs = [(token.type, str(token)) for token in grammar().lex(text, dont_ignore=False)]
    assert [each for each in ours if each[0] not in ("NEWLINE", "$END")] == [
        each for each in theirs if each[0] != "NEWLINE"
    ]
