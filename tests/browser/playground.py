"""What a person does on the page, and sees of it. Everything waits for what it expects."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


class Playground:
    """One page that is open in a browser."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.editor = page.locator(".cm-content")
        self.lines = page.locator(".cm-line")
        self.errors = page.locator(".cm-lintRange-error")
        self.hints = page.locator(".hint")
        self.problems = page.locator("#problems-list li")
        self.title = page.locator("#problems-title")
        self.totals = page.locator("#totals")
        self.rows = page.locator("#table tbody tr")
        # Playwright looks into the tree that the diagram has of its own.
        self.picture = page.locator("#diagram svg")

    def open(self, name: str, file: str = "") -> None:
        """Choose a file, or a packaged net of a file, and wait for its diagram."""
        self.choose(name, file)
        self.is_right()

    def choose(self, name: str, file: str = "") -> None:
        """Choose a file, or a packaged net of a file, and wait until the text is there."""
        self.page.select_option("#files", label=name)
        expect(self.page.locator("#name")).to_have_text(file or name)

    def is_right(self) -> None:
        """The text has no mistakes, and its diagram is there."""
        expect(self.title).to_have_text("No mistakes")
        expect(self.picture).to_be_visible()
        expect(self.page.locator("#result")).not_to_have_class(re.compile("stale"))

    def drawn(self, words: str) -> Locator:
        """The words in the diagram; what a hover tells has them too."""
        return self.picture.locator("text").get_by_text(words)

    def line(self, text: str) -> Locator:
        """The line that holds a text."""
        return self.lines.filter(has_text=text)

    def write_behind(self, line: str, written: str) -> None:
        """Type at the end of a line."""
        self.line(line).click()
        self.page.keyboard.press("End")
        self.page.keyboard.type(written)

    def replace(self, text: str, written: str) -> None:
        """Type in the place of a text, found by the editor's own search and replaced by its panel."""
        self.editor.focus()
        self.page.keyboard.press("Control+f")
        panel = self.page.locator(".cm-search")
        # The panel searches for what was typed, key by key.
        panel.locator("input[name=search]").press_sequentially(text)
        panel.locator("input[name=search]").press("Enter")
        expect(self.page.locator(".cm-searchMatch-selected")).to_have_text(text)
        self.page.keyboard.press("Escape")
        expect(panel).to_have_count(0)
        expect(self.editor).to_be_focused()
        self.page.keyboard.type(written)
        # What completion offers stands before what lies below.
        self.page.keyboard.press("Escape")

    def text(self) -> str:
        """The text that the editor holds, as it would be saved."""
        with self.page.expect_download() as waited:
            self.page.keyboard.press("Control+s")
        return waited.value.path().read_text(encoding="utf-8")

    def shapes(self) -> Locator:
        """The rows of the table, which is shown."""
        self.page.get_by_role("tab", name="Shapes").click()
        return self.rows
