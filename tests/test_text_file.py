"""Texts and JSON that someone else has put there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from netdsl import text_file
from netdsl.experiments.load import load_experiment
from netdsl.experiments.plan import make_plan
from netdsl.text_file import parse_json, read_text_file


def test_what_is_no_regular_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    for name in ("pipe", "zero"):
        with pytest.raises(OSError, match="regular file"):
            read_text_file(tmp_path / name)


def test_what_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "text"
    path.write_text("abc")
    assert read_text_file(path) == "abc"
    monkeypatch.setattr(text_file, "LARGEST_TEXT", 2)
    with pytest.raises(OSError, match="Larger"):
        read_text_file(path)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "9" * 5000, ""])
def test_json_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"nested|digits|Expecting"):
        parse_json(text)


def test_an_experiment_names_a_device_as_its_recipe(tmp_path: Path) -> None:
    file, _ = load_experiment("title: x\nnet: lenet5\nrecipe: /dev/zero\n", "x.yaml", tmp_path)
    assert file is not None
    (found,) = make_plan(file)[1]
    assert "regular file" in found.label
