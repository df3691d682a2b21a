"""What is left of a run in its folder, and what a run that has ended can do without."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from torch import nn

from netdsl.diagnostics import DiagnosticError
from netdsl.diagnostics.render import render_text
from netdsl.experiments.train_network import begun_recipe, with_pictures
from netdsl.training import Recipe, Run
from tests.experiments.fakes import result_of
from tests.experiments.files import HEAD, runs


def test_the_recipe_of_a_run_that_has_begun(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text("epochs: 3\n")
    assert begun_recipe(tmp_path) is None
    (tmp_path / "run.json").write_text("{}")
    begun = begun_recipe(tmp_path)
    assert begun is not None
    assert begun.epochs == 3
    for content in (b"epochs: 3\xff", b"epochs: three", b"epochs: [3"):
        recipe.write_bytes(content)
        with pytest.raises(DiagnosticError) as refused:
            begun_recipe(tmp_path)
        assert str(recipe) in render_text([refused.value.diagnostic])


def test_a_run_without_its_pictures_is_no_failed_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = replace(result_of(runs(HEAD + "seeds: [0]\n")[0]), interrupted=False)
    run = Run(tmp_path, nn.Identity(), Recipe(), (), result)
    (tmp_path / "metrics.jsonl").write_text("none\n")
    assert with_pictures(run) is run
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"the run has no pictures: {tmp_path / 'metrics.jsonl'}, line 1, is no JSON: ")
