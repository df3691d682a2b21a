"""Every code: unique, explained, used, and its examples do what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from netdsl.checker import check_source, packaged_folder
from netdsl.diagnostics import Code, Source
from netdsl.diagnostics.catalogue import FAMILIES, LINTS, all_codes
from netdsl.diagnostics.render import render_text
from netdsl.lints import lint_source
from netdsl.lints.examples import findings_of

CODES = list(all_codes().values())
NETS = [code for code in CODES if code.example_kind == "net"]
PACKAGE = Path(__file__).parents[2] / "netdsl"


@pytest.mark.parametrize("code", NETS, ids=lambda code: code.id)
def test_wrong_example_is_found(code: Code) -> None:
    found = findings_of(code, code.wrong, packaged_folder())
    assert found
    assert {each.severity for each in found} == {code.severity}
    result = check_source(Source("wrong.net", code.wrong), folder=packaged_folder(), every=code.id != "E603")
    assert result.ok == bool(code.name)


@pytest.mark.parametrize("code", NETS, ids=lambda code: code.id)
def test_right_example_is_clean(code: Code) -> None:
    result = check_source(Source("right.net", code.right), folder=packaged_folder(), every=True)
    assert result.ok, render_text(result.diagnostics)
    if code.name:
        source = Source("right.net", code.right)
        assert not lint_source(source, every=True, folder=packaged_folder()).diagnostics
        assert not findings_of(code, code.right, packaged_folder())


def test_codes_are_unique_and_in_their_family() -> None:
    from importlib import import_module

    seen: set[str] = set()
    numbers = [(f"[EW]{number}", family) for number, family in enumerate(FAMILIES, 1)]
    numbers += [(f"W{number}", family) for family, number in LINTS.items()]
    for number, family in numbers:
        for code in import_module(f"netdsl.diagnostics.catalogue.{family}").ALL:
            assert re.fullmatch(rf"{number}\d\d", code.id), code.id
            assert bool(code.name) == (family in LINTS)
            assert code.id not in seen
            seen.add(code.id)


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.id)
def test_texts_are_in_style(code: Code) -> None:
    assert code.title
    assert not code.title.endswith(".")
    assert code.title[0].islower() or code.title.split()[0].isupper() or code.title[0] == "`"
    assert code.explanation.endswith((".", ")"))
    assert code.wrong
    assert code.right


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.id)
def test_every_code_is_used(code: Code) -> None:
    name = next(
        match[1]
        for path in (PACKAGE / "diagnostics" / "catalogue").glob("*.py")
        for match in re.finditer(rf'^([A-Z0-9_]+) = Code\(\s*"{code.id}"', path.read_text(), re.MULTILINE)
    )
    users = [path for path in PACKAGE.rglob("*.py") if "catalogue" not in path.parts]
    assert any(re.search(rf"\.{name}\b", path.read_text()) for path in users), name
