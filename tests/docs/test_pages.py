"""Every example of the README and the documentation does what the page says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from netdsl.checker.loading.modules import MOST_FILES
from netdsl.checker.loading.source import LARGEST_FILE
from netdsl.checker.scope.context import DEEPEST, MOST_EVALUATIONS, MOST_FINDINGS, MOST_STEPS
from netdsl.cli.main import COMMANDS, build_parser
from netdsl.diagnostics.catalogue import all_codes
from netdsl.layers.kinds import LARGEST
from netdsl.syntax.automaton import DEEPEST as DEEPEST_TEXT
from netdsl.syntax.automaton import LONGEST_NUMBER
from netdsl.syntax.tables import KEYWORDS
from tests.docs.markdown import PAGES, ROOT, anchors, blocks, links, prose
from tests.docs.reader import CODE, Reader


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_examples_do_what_the_page_says(page: Path, reader: Reader) -> None:
    for block in blocks(page):
        try:
            reader.follow(block)
        except Exception as error:
            raise AssertionError(f"{page.name}:{block.line}: {error}") from error
    for link in links(page):
        drawn = reader.folder / Path(link).name
        if drawn.suffix == ".svg" and drawn.is_file():
            assert drawn.read_text() == (page.parent / link).read_text(), f"{link} is not what the page draws"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_in_indented_blocks_are_commands(page: Path) -> None:
    """Those of measurements, which take too long for a test."""
    for line in prose(page):
        if line.startswith("    netdsl "):
            words = shlex.split(line, comments=True)
            build_parser(words[1]).parse_args(words[1:])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_codes_exist(page: Path) -> None:
    assert set(CODE.findall(page.read_text(encoding="utf-8"))) <= set(all_codes())


def test_the_language_page_has_the_words_and_limits_of_the_code() -> None:
    text = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    found = re.search(r"Reserved words: `([^`]*)`", text)
    assert found is not None
    assert sorted(found[1].split()) == sorted(KEYWORDS)
    limits = text.partition("## Limits")[2].partition("\n## ")[0]
    assert LARGEST_FILE == 4 * 2**20
    assert DEEPEST == DEEPEST_TEXT == 64
    for limit in (MOST_FILES, MOST_STEPS, MOST_EVALUATIONS, DEEPEST, MOST_FINDINGS, LONGEST_NUMBER, LARGEST):
        assert f"{limit:,} " in limits.replace("|", " "), limit


def test_every_command_is_shown() -> None:
    run = [
        line
        for page in PAGES
        for block in blocks(page)
        if block.language == "sh"
        for line in block.text.splitlines()
    ]
    parsed = [line.strip() for page in PAGES for line in prose(page) if line.startswith("    netdsl ")]
    commands = [line.removeprefix("$ ").split() for line in (*run, *parsed)]
    shown = {words[1] for words in commands if words[:1] == ["netdsl"]}
    assert shown >= set(COMMANDS)
