"""No text and no place in it makes the pure functions raise."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from netdsl.checker import packaged_folder
from netdsl.diagnostics.span import Source
from netdsl.editor.actions import actions
from netdsl.editor.completion import complete
from netdsl.editor.document import Document
from netdsl.editor.findings import findings
from netdsl.editor.hints import hints
from netdsl.editor.hover import hover
from netdsl.editor.layout import format_edits
from netdsl.editor.navigation import definition_at, highlights
from netdsl.editor.outline import folds, outline
from netdsl.editor.semantic import semantic_tokens
from netdsl.editor.signature import signature_at
from netdsl.editor.texts import Texts
from tests.editor.mark import NET

SIGNS = [
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    '"',
    "->",
    ",",
    "=",
    "\n",
    "as",
    "net",
    "#",
    " ",
    "x",
    "7",
    "🙂",
    "\r\n",
]
HOSTILE = [
    "",
    "\n\n\n",
    "\0",
    "net",
    "net A = A\n",
    "net A = B\nnet B = A(",
    "net A(a = a) { input a\n a(a) }",
    "block A { A }\nnet B { input 3\n A }",
    'use "self.net"\nuse',
    "net A { input 3 repeat 99999999 { relu } }",
    "{" * 200,
    "net A { " + "(" * 200,
    "net A { input 3\n add(" + "1+" * 300,
    "net A { concat { branch(x) { } } as x add(x) }",
    "net A {\n init(\n init(conv,\n init(conv, x, \n}",
    "net A { input 3x8x8\n let conv = 3\n conv(conv) }",
    "\ufeffnet A { }",
    "net A { input 3x8x8 }" * 30,
]


def ask_everything(text: str, offsets: list[int]) -> None:
    document = Document(Source("<text>", text), ".")
    document.analysis.finish()
    findings(document)
    hints(document)
    outline(document.file)
    folds(document.file)
    semantic_tokens(document)
    format_edits(document.source)
    for offset in offsets:
        complete(document, offset)
        hover(document, offset)
        signature_at(document, offset)
        highlights(document, offset)
        definition_at(document, offset, Texts())
        actions(document, offset, offset)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts(text: str) -> None:
    ask_everything(text, list(range(0, len(text) + 1, max(1, len(text) // 50))))


def test_beginnings_of_a_text() -> None:
    for end in range(0, len(NET), 5):
        ask_everything(NET[:end], [end])


@pytest.mark.parametrize("seed", range(8))
def test_texts_with_random_changes(seed: int) -> None:
    dice = random.Random(seed)
    files = sorted(Path(packaged_folder()).glob("*.net"))
    small = [path for path in files if path.stat().st_size < 1500]
    for _ in range(6):
        text = dice.choice(small).read_text(encoding="utf-8")
        for _ in range(dice.randint(1, 4)):
            place = dice.randrange(len(text))
            text = text[:place] + dice.choice(SIGNS) + text[place + dice.randint(0, 3) :]
        ask_everything(text, [dice.randrange(len(text) + 1) for _ in range(6)])
