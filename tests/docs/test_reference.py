"""The generated pages are those that the code makes."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

from netdsl.layers.table import BUILT_IN
from tests.docs.markdown import ROOT


@pytest.fixture
def builder(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """tools/build_reference.py."""
    monkeypatch.syspath_prepend(ROOT / "tools")
    spec = importlib.util.spec_from_file_location("build_reference", ROOT / "tools" / "build_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_pages_are_up_to_date(builder: ModuleType) -> None:
    for name, text in builder.pages().items():
        shown = (ROOT / "docs" / name).read_text(encoding="utf-8")
        assert shown == text, f"run python tools/build_reference.py for docs/{name}"


def test_positional_options_are_the_ones_without_a_default() -> None:
    """As the page says of its signatures."""
    for declaration in BUILT_IN.values():
        required = {each.name for each in declaration.options if each.is_required}
        assert required <= set(declaration.positional), declaration.name
