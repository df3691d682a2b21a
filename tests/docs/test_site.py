"""The site of the documentation is complete, and its pages need no other host."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from mkdocs.commands.build import build
from mkdocs.config import load_config

from tests.docs.markdown import PAGES, ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site; building it is strict, so that a link that leads nowhere ends it."""
    folder = tmp_path_factory.mktemp("site")
    build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder)))
    return folder


def test_every_page_is_there_and_in_the_menu(site: Path) -> None:
    names = {"README": "index", "CONTRIBUTING": "contributing"}
    expected = {f"{names.get(page.stem, page.stem)}.html" for page in PAGES}
    assert expected <= {path.name for path in site.glob("*.html")}
    text = yaml.safe_dump(yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"])
    assert expected <= {f"{name}.html" for name in re.findall(r"([\w-]+)\.md", text)}


def test_links_of_the_repository_lead_to_pages_of_the_site(site: Path) -> None:
    text = (site / "index.html").read_text(encoding="utf-8")
    assert 'href="guide.html"' in text
    assert 'href="benchmarks.html"' in text
    assert "docs/guide" not in text
    reports = (site / "reports.html").read_text(encoding="utf-8")
    assert 'href="examples/reports/001-dropout.yaml"' in reports
    assert (site / "examples" / "reports" / "001-dropout.yaml").is_file()


def test_pages_load_nothing_from_elsewhere(site: Path) -> None:
    for path in site.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r'<(?:script|img|iframe)[^>]*src="(?:https?:)?//', text), path.name
        assert not re.findall(r'<link[^>]*rel="stylesheet"[^>]*href="(?:https?:)?//', text), path.name
