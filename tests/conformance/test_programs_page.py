"""The part of docs/conformance.md about random programs: it is that of the record, and the others stay."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from conformance import pages
from conformance.programs import page, record
from conformance.programs.__main__ import LARGE, main
from conformance.programs.coverage import NOT_DRAWN, wanted
from netdsl.layers.table import BUILT_IN

RECORD = record.read()


def test_the_page_is_that_of_the_record(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0
    assert capsys.readouterr().err == ""


def test_another_page_is_found_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(record, "read", lambda: replace(RECORD, programs=RECORD.programs + 1))
    assert main(["--check"]) == 1
    assert "docs/conformance.md is out of date" in capsys.readouterr().err


def test_the_recorded_campaign_found_nothing() -> None:
    assert RECORD.disagreements == 0
    assert RECORD.programs < LARGE or set(RECORD.never_hit) <= set(NOT_DRAWN)
    assert RECORD.hits["programs"] == RECORD.programs
    ends = sum(count for name, count in RECORD.hits.items() if name.startswith("verdict: "))
    assert ends == RECORD.programs


def test_a_record_is_made_of_hits() -> None:
    hits = Counter(dict.fromkeys(wanted(), 2)) + Counter({"programs": 8, "verdict: accepted": 8})
    made = record.record_of("command", "code", hits, 1, 0.4, ["code: E207", NOT_DRAWN[0]])
    assert (made.programs, made.disagreements, made.milliseconds_each) == (8, 1, 50)
    assert made.hit_places == made.option_places - 1
    text = page.page(made)
    assert "8 drawn programs, disagreements: 1." in text
    assert "Left out by chance: `code: E207`, `" in text
    assert f"beyond), {made.hit_places} were hit" in text
    assert all(f"`{name}` | 2 |" in text for name in BUILT_IN)
    assert "@" not in text
    assert set(NOT_DRAWN) < set(wanted())
    assert "Left out as nothing draws them on purpose: `" in page.page(replace(made, never_hit=[*NOT_DRAWN]))


def test_a_part_is_written_alone() -> None:
    before = f"# Page\n\n{pages.marked('one', 'old')}\n\nBetween.\n\n{pages.marked('two', 'other')}\n"
    after = pages.with_part(before, "one", r"new \1")
    assert after == before.replace("old", r"new \1")
    with pytest.raises(ValueError, match="not one part `three`"):
        pages.with_part(before, "three", "new")
