"""Sample texts, and their tokens changed at random."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from netdsl.checker import packaged_folder
from netdsl.diagnostics import Source
from netdsl.syntax.tables import KEYWORDS, LITERALS
from netdsl.syntax.tokens import tokenize

GOLDEN = Path(__file__).parents[1] / "golden"
FILES = [*sorted(Path(packaged_folder()).glob("*.net")), *sorted(GOLDEN.glob("*/*.net"))]
SAMPLES = [path.read_text(encoding="utf-8") for path in FILES]
VARIED = ["x", "Unit", "12", "3x3", "0.5", '"text"', "\n", *KEYWORDS, *LITERALS.values()]


def words_of(text: str) -> list[str]:
    """The tokens of a text as they are written, newlines included."""
    tokens, _ = tokenize(Source("sample.net", text))
    return [token.text for token in tokens if token.kind != "$END"]


def joined(words: list[str]) -> str:
    """A text of these words, each apart from the next."""
    return " ".join(words) + "\n"


WORDS = [words_of(text) for text in SAMPLES]


@st.composite
def changed_samples(draw: st.DrawFn) -> str:
    """A piece of a sample, or all of it, with some words replaced, added, left out or swapped."""
    words = list(draw(st.sampled_from(WORDS)))
    start = draw(st.integers(0, len(words) - 1)) if draw(st.booleans()) else 0
    words = words[start : start + draw(st.integers(1, 200))]
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(words) - 1))
        action = draw(st.sampled_from(["replace", "insert", "delete", "swap"]))
        if action == "replace":
            words[at] = draw(st.sampled_from(VARIED))
        elif action == "insert":
            words.insert(at, draw(st.sampled_from(VARIED)))
        elif action == "delete" and len(words) > 1:
            del words[at]
        else:
            other = draw(st.integers(0, len(words) - 1))
            words[at], words[other] = words[other], words[at]
    return joined(words)
