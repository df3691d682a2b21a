"""What the page can open: packaged networks, files of the folder, links."""

from __future__ import annotations

import re
from urllib.parse import urldefrag

from playwright.sync_api import BrowserContext, expect

from tests.browser.playground import Playground
from tests.browser.texts import FILES


def test_packaged_networks_are_offered(playground: Playground) -> None:
    playground.open("LeNet5", "lenet5")
    expect(playground.totals).to_contain_text("744,328 parameters")
    # The file's other net is the same with other activations.
    playground.page.get_by_label("Net of the text").select_option("ReportLeNet5")
    expect(playground.page.get_by_label("final_act")).to_have_attribute("placeholder", "true")
    expect(playground.picture.locator(".layer").filter(has_text="ReLU")).to_have_count(8)


def test_files_of_the_folder_are_offered(playground: Playground) -> None:
    offered = playground.page.locator("#files optgroup[label='this folder'] option")
    assert offered.all_inner_texts() == sorted(FILES)
    playground.open("blocks.net")
    expect(playground.line("net Blocks {")).to_be_visible()
    assert playground.text() == FILES["blocks.net"]


def test_nothing_of_the_text_before_is_left(playground: Playground) -> None:
    playground.choose("markup.net")
    expect(playground.title).to_have_text("1 error")
    expect(playground.page.locator("#no-diagram")).to_contain_text("when the errors are mended")
    expect(playground.page.locator("#stale")).not_to_be_visible()
    expect(playground.totals).to_have_text("")
    expect(playground.rows).to_have_count(0)


def test_a_link_carries_the_text_and_the_settings(
    playground: Playground, context: BrowserContext, address: str
) -> None:
    playground.replace("width = 8", "width = 12")
    playground.page.get_by_label("classes").fill("7")
    expect(playground.hints.last).to_have_text("→ 7")
    playground.page.get_by_role("button", name="Link").click()
    # The clipboard is a matter of what the browser permits.
    expect(playground.page.locator("#status")).to_have_text(
        re.compile("Link copied|The address bar has the link")
    )
    fragment = urldefrag(playground.page.url).fragment
    assert fragment.startswith("text=")
    # Another tab begins with it; the one that serves it wants its token there too.
    begin, known = urldefrag(address)
    tab = context.new_page()
    tab.goto(f"{begin}#{known}&{fragment}" if known else f"{begin}#{fragment}")
    other = Playground(tab)
    other.is_right()
    expect(other.hints.last).to_have_text("→ 7")
    assert other.text() == FILES["small.net"].replace("width = 8", "width = 12")
    assert "token" not in tab.url
    # And the same tab shows it once more where somebody opens it there.
    other.open("blocks.net")
    tab.goto(f"{begin}#{fragment}")
    expect(other.line("width = 12")).to_be_visible()
    expect(other.hints.last).to_have_text("→ 7")


def test_a_link_that_is_cut_short_is_said_to_be(playground: Playground) -> None:
    playground.page.goto(f"{urldefrag(playground.page.url).url}#text=q1YqS8wp")
    expect(playground.page.locator("#status")).to_have_text("The link's text can't be read")
    assert playground.text() == FILES["small.net"]


def test_what_was_written_is_there_when_the_page_is_loaded_anew(playground: Playground) -> None:
    playground.replace("width = 8", "width = 12")
    expect(playground.hints.first).to_have_text("→ 12x14x14")
    playground.page.reload()
    expect(playground.hints.first).to_have_text("→ 12x14x14")
    expect(playground.page.locator("#name")).to_have_text("small.net")
