"""What holds for every text: its meaning and its comments stay, and a second time changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from netdsl.checker import packaged_folder
from netdsl.diagnostics import Source
from netdsl.formatter import format_range, format_source
from tests.formatter.layouts import WORKING, comments, layouts, meaning

PACKAGED = sorted(Path(packaged_folder()).glob("*.net"))


def formatted(text: str) -> str:
    """A text that parses in the one layout."""
    made, diagnostics = format_source(Source("text.net", text))
    assert made is not None, diagnostics
    return made


@pytest.mark.parametrize("text", WORKING, ids=range(len(WORKING)))
def test_samples_keep_their_meaning(text: str) -> None:
    made = formatted(text)
    assert meaning(made) == meaning(text)
    assert comments(made) == comments(text)
    assert formatted(made) == made


@pytest.mark.parametrize("path", PACKAGED, ids=lambda path: path.stem)
def test_packaged_networks_are_in_the_layout(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert formatted(text) == text


# A whole file takes minutes to shrink.
FOUND = (Phase.explicit, Phase.reuse, Phase.generate)
SLOW = settings(max_examples=40, deadline=None, phases=FOUND, suppress_health_check=list(HealthCheck))


@SLOW
@given(layouts())
def test_any_layout_keeps_its_meaning(text: str) -> None:
    made = formatted(text)
    assert meaning(made) == meaning(text)
    assert comments(made) == comments(text)
    assert formatted(made) == made
    assert not [line for line in made.split("\n") if line != line.rstrip()]
    assert "\n\n\n" not in made


@SLOW
@given(layouts(), st.integers(1, 60), st.integers(0, 20))
def test_any_lines_keep_the_meaning(text: str, first: int, more: int) -> None:
    edit, diagnostics = format_range(Source("text.net", text), first, first + more)
    assert not diagnostics
    if edit is not None:
        made = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
        assert meaning(made) == meaning(text)
        assert comments(made) == comments(text)
        assert formatted(made) == formatted(text)
