"""A campaign of random programs: it goes on where it stopped, and in processes of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from conformance.programs import campaign, record
from conformance.programs.__main__ import main
from conformance.programs.campaign import Task, run_part


def test_a_campaign_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(campaign, "PART", 2)
    monkeypatch.setattr(campaign, "code_of", lambda: "ours")
    monkeypatch.setattr(campaign, "run_parts", lambda pending, jobs: map(run_part, pending))
    log = tmp_path / "log"
    first = list(campaign.run_campaign(0, 0, 4, 1, log))
    assert [(part.first, part.count) for part in first] == [(0, 2), (2, 2)]
    ran: list[int] = []

    def run_again(pending: list[Task], jobs: int) -> Iterator[campaign.Part]:
        for task in pending:
            ran.append(task.first)
            yield run_part(task)

    monkeypatch.setattr(campaign, "run_parts", run_again)
    more = list(campaign.run_campaign(0, 0, 6, 1, log))
    assert more[:2] == first
    assert ran == [4]
    # What other sources found counts for nothing.
    monkeypatch.setattr(campaign, "code_of", lambda: "others")
    list(campaign.run_campaign(0, 0, 4, 1, log))
    assert ran == [4, 0, 2]


def test_a_campaign_runs_in_processes_of_its_own() -> None:
    (part,) = campaign.run_campaign(0, 0, 2, 1, None)
    assert part.hits["programs"] == 2


def test_a_process_that_dies_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Such as where torch crashes: the first function that a process calls ends it."""
    monkeypatch.setattr(campaign, "prepare", partial(os._exit, 1))
    assert main(["--count", "2", "--first", "500"]) == 1
    assert "a process died at one of the programs from 500 on" in capsys.readouterr().err


def test_a_record_says_which_programs_it_is_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(campaign, "run_parts", lambda pending, jobs: map(run_part, pending))
    monkeypatch.setattr(record, "PATH", tmp_path / "record.json")
    monkeypatch.setattr("conformance.programs.__main__.settle_page", lambda *, write: 0)
    assert main(["--count", "3", "--seed", "2", "--first", "7", "--record"]) == 0
    kept = record.read()
    assert kept.command == "python -m conformance.programs --count 3 --seed 2 --first 7"
    assert kept.programs == 3
