"""What a text may not do to the page, and what the page does when its other half fails."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from urllib.parse import urldefrag

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from tests.browser.conftest import opened
from tests.browser.playground import Playground

# Elements that the page itself has none of; the editor has images without a source.
MARKUP = "img[src], b, iframe, object, embed, link:not([rel]), body script, a"


def took_out(errors: list[str], words: str) -> None:
    """All that the browser has reported is what the test has provoked."""
    assert errors
    assert [each for each in errors if words not in each] == []
    errors.clear()


def holds_no_markup(page: Page) -> None:
    expect(page.locator(MARKUP)).to_have_count(0)
    expect(page).to_have_title("markup.net - netdsl")


def test_what_a_text_says_stays_text(playground: Playground) -> None:
    page = playground.page
    page.on("dialog", lambda dialog: pytest.fail(f"the text opened a dialog: {dialog.message}"))
    playground.choose("markup.net")
    expect(playground.problems).to_contain_text(["<img src=x onerror=document.title='hit'><b>small</b>"])
    holds_no_markup(page)
    playground.errors.hover()
    expect(page.locator(".cm-tooltip-hover")).to_contain_text("<b>small</b>")
    holds_no_markup(page)
    playground.replace("size = 8", "size = 16")
    playground.is_right()
    for block, said in (("Bold", "<script>document.title"), ("Markup", "<b>bold</b>")):
        # The pointer comes from elsewhere each time.
        page.locator("h1").hover()
        expect(page.locator(".cm-tooltip")).to_have_count(0)
        playground.lines.get_by_text(block, exact=True).first.hover()
        expect(page.locator(".cm-tooltip .hover")).to_contain_text(said)
        holds_no_markup(page)
    expect(playground.picture.locator("script")).to_have_count(0)


def test_no_script_runs_but_the_page_s_own(playground: Playground, errors: list[str]) -> None:
    outcome = playground.page.evaluate(
        """() => {
            const inline = document.createElement("script");
            inline.textContent = "document.title = 'hit'";
            document.head.append(inline);
            const listening = document.createElement("div");
            listening.setAttribute("onclick", "document.title = 'hit'");
            document.body.append(listening);
            listening.click();
            inline.remove();
            listening.remove();
            return document.title;
        }"""
    )
    assert outcome == "small.net - netdsl"
    took_out(errors, "Content Security Policy")


def test_an_answer_about_an_older_text_is_dropped(served_playground: Playground) -> None:
    page = served_playground.page
    held: list[Route] = []

    def is_wrong(request: Request) -> bool:
        asked = json.loads(request.post_data or "{}")
        return asked.get("method") == "check" and "conv(16, 9)" in asked["text"]

    def hold(route: Route) -> None:
        if is_wrong(route.request):
            held.append(route)
        else:
            route.fallback()

    page.route("**/api", hold)
    with page.expect_request(is_wrong):
        served_playground.replace("conv(16, 3)", "conv(16, 9)")
    page.evaluate(
        """() => {
            const title = document.getElementById("problems-title");
            window.said = [];
            const note = () => window.said.push(title.textContent);
            new MutationObserver(note).observe(title, { childList: true });
        }"""
    )
    served_playground.replace("width = 8", "width = 12")
    served_playground.replace("16, 9", "16, 5")
    (route,) = held
    with page.expect_response("**/api"):
        route.continue_()
    expect(served_playground.hints.first).to_have_text("→ 12x14x14")
    served_playground.is_right()
    assert set(page.evaluate("window.said")) == {"No mistakes"}


def test_a_request_that_fails_is_said_to(served_playground: Playground, errors: list[str]) -> None:
    page = served_playground.page
    page.route("**/api", lambda route: route.fulfill(status=500, body='{"error": "it failed"}'))
    served_playground.replace("width = 8", "width = 12")
    status = page.locator("#status")
    expect(status).to_have_text("it failed")
    page.unroute("**/api")
    served_playground.replace("width = 12", "width = 16")
    expect(served_playground.hints.first).to_have_text("→ 16x14x14")
    expect(status).to_have_text("")
    took_out(errors, "500")


FAILING = """
_answer = Service.answer_json
def answer_json(self, text):
    if "width = 12" in text:
        raise ZeroDivisionError("it failed")
    return _answer(self, text)
Service.answer_json = answer_json
"""


def with_added(archive: bytes, name: str, text: str) -> bytes:
    """An archive in which a file has more at its end."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as read, zipfile.ZipFile(made, "w") as written:
        for each in read.namelist():
            written.writestr(each, read.read(each) + (text.encode() if each == name else b""))
    return made.getvalue()


def test_a_request_that_fails_in_the_browser_does_not_end_the_page(
    page: Page, static: str, errors: list[str]
) -> None:
    def spoil(route: Route) -> None:
        whole = route.fetch()
        route.fulfill(response=whole, body=with_added(whole.body(), "netdsl/playground/service.py", FAILING))

    page.context.route("**/netdsl.zip", spoil)
    playground = opened(page, static)
    playground.replace("width = 8", "width = 12")
    status = page.locator("#status")
    expect(status).to_have_text("netdsl failed: ZeroDivisionError: it failed")
    playground.replace("width = 12", "width = 16")
    expect(playground.hints.first).to_have_text("→ 16x14x14")
    expect(status).to_have_text("")
    took_out(errors, "it failed")


def test_without_its_token_the_page_says_what_is_missing(page: Page, server: str, errors: list[str]) -> None:
    page.goto(urldefrag(server).url)
    expect(page.locator("#status")).to_contain_text("Open the one that netdsl play has printed")
    took_out(errors, "403")


def test_the_token_leaves_the_address_and_stays_in_the_tab(
    served_playground: Playground, context: BrowserContext, errors: list[str]
) -> None:
    assert "token" not in served_playground.page.url
    served_playground.page.reload()
    served_playground.is_right()
    other = context.new_page()
    other.goto(served_playground.page.url)
    expect(other.locator("#status")).to_contain_text("lacks its token")
    took_out(errors, "403")
