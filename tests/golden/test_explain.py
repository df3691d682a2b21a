"""The whole page of every code: explanation, wrong example with what is printed for it, right example."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdsl.cli.main import main
from netdsl.diagnostics.catalogue import all_codes

FOLDER = Path(__file__).parent / "explain"


@pytest.mark.parametrize("name", list(all_codes()))
def test_prints_exactly(name: str, bless: bool, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", name]) == 0
    printed = capsys.readouterr().out
    golden = FOLDER / f"{name}.txt"
    if bless:
        golden.write_text(printed, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == printed


def test_no_page_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(all_codes())
