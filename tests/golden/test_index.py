"""The index of codes: where each one's message is held, so that none can change or vanish unseen."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from netdsl.diagnostics import Code, Diagnostic
from netdsl.diagnostics.catalogue import all_codes
from netdsl.diagnostics.render import render_text
from netdsl.experiments.load import load_experiment
from netdsl.experiments.plan import make_plan
from netdsl.training.recipe import load_recipe

TESTS = Path(__file__).parents[1]
PAGES = Path(__file__).parent / "explain"
MESSAGES = Path(__file__).parent / "messages"
CODES = list(all_codes().values())
# A page shows what is printed for a `.net` text; for YAML it stands in a file of its own. What has no text to
# check (a layout of files, a command, a run) has its message held where a test causes it.
NETS = [code for code in CODES if code.example_kind == "net"]
YAML = [code for code in CODES if code.example_kind in ("yaml", "experiment")]
CAUSED = [code for code in CODES if code.example_kind in ("command", "toml")]


def test_every_code_has_a_place() -> None:
    assert len(NETS) + len(YAML) + len(CAUSED) == len(CODES)


@pytest.mark.parametrize("code", NETS, ids=lambda code: code.id)
def test_the_page_has_the_message(code: Code) -> None:
    assert f"[{code.id}]" in (PAGES / f"{code.id}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", YAML, ids=lambda code: code.id)
def test_prints_exactly(code: Code, bless: bool, tmp_path: Path) -> None:
    found = of_recipe(code.wrong) if code.example_kind == "yaml" else of_experiment(code.wrong, tmp_path)
    printed = render_text(found) + "\n"
    assert code.id in {each.code.id for each in found}
    golden = MESSAGES / f"{code.id}.txt"
    if bless:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(printed, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == printed


def of_recipe(text: str) -> list[Diagnostic]:
    """What is wrong with a recipe."""
    return load_recipe(text, "recipe.yaml")[1]


def of_experiment(text: str, folder: Path) -> list[Diagnostic]:
    """What is wrong with an experiment file, or with its plan."""
    file, found = load_experiment(text, "experiment.yaml", folder)
    return found if file is None else make_plan(file)[1]


def test_no_message_is_left_over() -> None:
    assert {path.stem for path in MESSAGES.glob("*.txt")} == {code.id for code in YAML}


@pytest.mark.parametrize("code", CAUSED, ids=lambda code: code.id)
def test_a_test_causes_the_message(code: Code) -> None:
    names = "|".join((code.id, *constants(code)))
    assert re.search(rf"\b({names})\b", sources()), f"no test causes {code.id}"


def constants(code: Code) -> list[str]:
    """What the code is called in the modules of the catalogue."""
    return [name for module in catalogue() for name, value in vars(module).items() if value is code]


@cache
def catalogue() -> tuple[ModuleType, ...]:
    folder = "netdsl.diagnostics.catalogue"
    path = Path(str(import_module(folder).__file__)).parent
    return tuple(import_module(f"{folder}.{each.stem}") for each in sorted(path.glob("[a-z]*.py")))


@cache
def sources() -> str:
    """All tests but those that go through every code."""
    paths = (path for path in TESTS.rglob("*.py") if path.parent != Path(__file__).parent)
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)
