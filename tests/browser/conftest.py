"""A headless Chromium, and the page in it by either transport."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.chromium import PATIENCE, chromium
from tests.browser.playground import Playground
from tests.browser.sites import exported, served
from tests.browser.texts import FILES


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder needs the browser."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium for all tests."""
    with chromium() as started:
        yield started


@pytest.fixture
def errors() -> Iterator[list[str]]:
    """What pages report as errors. A test that means to provoke some takes them out."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def context(browser: Browser, errors: list[str]) -> Iterator[BrowserContext]:
    """A profile of its own for each test."""
    made = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    made.set_default_timeout(PATIENCE)
    made.set_default_navigation_timeout(PATIENCE)
    made.on("weberror", lambda error: errors.append(str(error.error)))
    made.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield made
    made.close()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that is served and exported."""
    made = tmp_path_factory.mktemp("files")
    for name, text in FILES.items():
        (made / name).write_text(text, encoding="utf-8")
    return made


@pytest.fixture(scope="session")
def server(folder: Path) -> Iterator[str]:
    """The address of the page that netdsl serves."""
    with served(folder, "small.net") as address:
        yield address


@pytest.fixture(scope="session")
def static(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page that was exported."""
    with exported(folder, "small.net", tmp_path_factory.mktemp("site")) as address:
        yield address


@pytest.fixture(params=["server", "static"])
def address(request: pytest.FixtureRequest) -> str:
    """The page by one transport, then by the other."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """An empty tab."""
    return context.new_page()


@pytest.fixture
def playground(page: Page, address: str) -> Playground:
    """The page with `small.net`, checked and drawn, by either transport."""
    return opened(page, address)


@pytest.fixture
def served_playground(page: Page, server: str) -> Playground:
    """The same from the server alone, which takes less time: for what the transport has no part in."""
    return opened(page, server)


def opened(page: Page, address: str) -> Playground:
    """The page once its first text is checked and drawn."""
    page.goto(address)
    made = Playground(page)
    made.is_right()
    return made
