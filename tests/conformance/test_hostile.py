"""Hostile inputs: a slice of each campaign finds nothing, and the campaigns find what is wrong."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from conformance.hostile import campaign, page, record, watch
from conformance.hostile.__main__ import main
from conformance.hostile.campaign import Task, run_campaign, run_part
from conformance.hostile.kind import Kind
from conformance.hostile.kinds.all import KINDS
from conformance.hostile.kinds.texts import check_source_text
from conformance.hostile.mutate.tokens import pieces_of
from conformance.hostile.promises import BrokenPromiseError, check_said
from netdsl.checker import check
from netdsl.diagnostics import Code, Diagnostic, Source
from netdsl.diagnostics.catalogue.syntax import UNEXPECTED
from netdsl.layers import table

SLICE = {
    "texts": 150,
    "configurations": 100,
    "recipes": 150,
    "experiments": 60,
    "arrays": 60,
    "tensors": 150,
    "folders": 30,
    "onnx": 60,
}


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the campaign on texts looks up once is looked up anew in other tests."""
    monkeypatch.setattr(table, "installed_names", table.installed_names)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore")
def test_a_slice_finds_nothing(kind: str) -> None:
    part = run_part(Task(kind, 7, 0, SLICE[kind]), timed=False)
    assert part.found == []
    assert len(part.hits) > 8
    assert part.hits["accepted"] >= 1


def test_a_part_can_be_repeated() -> None:
    first, again = (run_part(Task("recipes", 3, 2, 60), timed=False) for _ in range(2))
    assert first.hits == again.hits
    assert first.hits != run_part(Task("recipes", 3, 3, 60), timed=False).hits


def test_what_is_raised_is_found_and_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    original = check.check_net

    def broken(*arguments: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr(check, "check_net", broken)
    (found,) = run_part(Task("texts", 0, 0, 5), timed=False).found
    assert found.what.startswith("ZeroDivisionError at ")
    assert len(found.example) < 12
    assert "net" in found.example
    assert original is not check.check_net


class Given(Kind):
    """A kind whose inputs do what the test says."""

    name = "given"
    does: Callable[[bytes], frozenset[str]]

    def seeds(self) -> Sequence[bytes]:
        return [b"seed"]

    def draw(self, random: Random, pool: Sequence[bytes]) -> bytes:
        return random.choice((b"good", b"bad"))

    def run(self, data: bytes) -> frozenset[str]:
        return type(self).does(data) if data == b"bad" else frozenset()


def found_of(monkeypatch: pytest.MonkeyPatch, does: Callable[[bytes], frozenset[str]]) -> list[str]:
    monkeypatch.setitem(KINDS, "given", Given)
    monkeypatch.setattr(Given, "does", staticmethod(does), raising=False)
    return [each.what for part in run_campaign("given", 0, 20, None) for each in part.found]


def test_a_process_that_ends_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found_of(monkeypatch, lambda data: os._exit(3)) == ["the process ended with 3"]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = found_of(monkeypatch, lambda data: frozenset((str(len(bytearray(8 * 2**30))),)))
    assert found.startswith("MemoryError")


def test_what_never_ends_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def forever(data: bytes) -> frozenset[str]:
        while True:
            pass

    monkeypatch.setattr(watch, "STUCK_SECONDS", 0.05)
    monkeypatch.setattr(Given, "draw", lambda self, random, pool: b"bad")
    monkeypatch.setattr("conformance.hostile.reduce.MOST_TRIES", 1)
    (found,) = {each.split(" at ")[0] for each in found_of(monkeypatch, forever)}
    assert found == "StuckError"


def test_waiting_for_a_processor_is_not_being_stuck(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """On a busy machine an input may not run for minutes."""

    def held_up(data: bytes) -> frozenset[str]:
        signal.raise_signal(signal.SIGALRM)
        return frozenset()

    counted = tmp_path / "schedstat"
    monkeypatch.setattr(watch, "SCHEDULED", counted)
    assert watch.own_time() == pytest.approx(time.monotonic(), abs=60)
    counted.write_text(f"1 {10**15} 1\n")
    assert watch.own_time() == pytest.approx(time.monotonic() - 10**6, abs=60)
    for passed, found in ((watch.STUCK_SECONDS - 1, None), (watch.STUCK_SECONDS, "StuckError")):
        times = iter((0.0, passed))
        monkeypatch.setattr(watch, "own_time", lambda times=times: next(times))
        finding = watch.watched(held_up, b"", timed=False).finding
        assert (finding and finding.what.split(" at ")[0]) == found


def test_a_campaign_goes_on_where_its_log_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "given", Given)
    monkeypatch.setattr(Given, "does", staticmethod(lambda data: frozenset(("bad",))), raising=False)
    monkeypatch.setattr(Given, "part", 10)
    log = tmp_path / "log.jsonl"
    first = list(run_campaign("given", 0, 20, log))
    assert sum(part.hits["bad"] for part in first) > 2
    ran: list[Task] = []
    original = campaign.run_apart
    monkeypatch.setattr(campaign, "run_apart", lambda task: ran.append(task) or original(task))
    assert list(run_campaign("given", 0, 30, log))[:2] == first
    assert [task.number for task in ran] == [2]


OUTSIDE = Source("other.net", "text")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (Diagnostic(UNEXPECTED, "message", OUTSIDE.span(2, 9)), "points out of its text"),
        (Diagnostic(Code("E999", "a", "b", "c", "d"), "message"), "not in the catalogue"),
        (Diagnostic(UNEXPECTED, " "), "says nothing"),
    ],
)
def test_promises_can_be_broken(said: Diagnostic, why: str) -> None:
    with pytest.raises(BrokenPromiseError, match=why):
        check_said([said])


@pytest.mark.parametrize("source", ["print(1)", "class N:\n    x = 1", "import os\nos.remove('x')"])
def test_source_that_runs_something_is_found_out(source: str) -> None:
    with pytest.raises(BrokenPromiseError):
        check_source_text(source)


@pytest.mark.parametrize("text", ['net N { "a b" -> 3x32 }\r\n', "\x1c\x85 ** // é\udcff", ""])
def test_pieces_are_the_whole_text(text: str) -> None:
    assert "".join(pieces_of(text)) == text


def test_page_and_record_agree(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().err


def test_the_page_says_what_was_found() -> None:
    campaigns = record.read()
    assert set(campaigns) == set(KINDS)
    assert all(each.found == [] for each in campaigns.values())
    some = replace(campaigns["texts"], found=["slow: 3 in part 1"])
    assert "slow: 3 in part 1" in page.page({**campaigns, "texts": some})
    assert "@" not in page.page(campaigns)
