"""The diagram and the table beside the text."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from netdsl.cli.main import main
from tests.browser.playground import Playground
from tests.browser.texts import FILES


def height(picture: Locator) -> int:
    return int(picture.get_attribute("height") or "0")


def test_blocks_open_and_close(playground: Playground) -> None:
    playground.open("blocks.net")
    frames = playground.picture.locator(".frame")
    expect(frames).to_have_count(2)
    inside = playground.drawn("conv(8, 3, padding=1)")
    expect(inside.first).to_be_visible()
    tall = height(playground.picture)
    frames.first.locator(".bar").click()
    expect(frames.first).to_have_attribute("aria-expanded", "false")
    expect(inside.first).not_to_be_visible()
    short = height(playground.picture)
    assert short < tall
    # A change of the text leaves it closed.
    playground.replace("linear(10)", "linear(20)")
    expect(playground.drawn("linear(20)")).to_be_visible()
    expect(frames.first).to_have_attribute("aria-expanded", "false")
    assert height(playground.picture) == short
    playground.page.get_by_role("button", name="Open all").click()
    expect(inside.first).to_be_visible()
    assert height(playground.picture) == tall
    frames.first.focus()
    playground.page.keyboard.press("Enter")
    expect(inside.first).not_to_be_visible()


def test_the_page_of_draw_opens_and_closes_the_same_blocks(page: Page, tmp_path: Path) -> None:
    (tmp_path / "blocks.net").write_text(FILES["blocks.net"], encoding="utf-8")
    target = tmp_path / "blocks.html"
    assert main(["draw", str(tmp_path / "blocks.net"), "-o", str(target), "--depth", "0"]) == 0
    page.goto(target.as_uri())
    picture = page.locator(".picture svg")
    inside = picture.get_by_text("conv(8, 3, padding=1)")
    expect(inside.first).not_to_be_visible()
    short = height(picture)
    picture.locator(".frame").first.click()
    expect(inside.first).to_be_visible()
    assert height(picture) > short
    page.get_by_role("button", name="Close all").click()
    expect(inside.first).not_to_be_visible()
    assert height(picture) == short


def test_branches_and_volumes_are_drawn(playground: Playground, address: str) -> None:
    playground.page.get_by_label("Style of the diagram").select_option("volumes")
    expect(playground.picture.locator("polygon").first).to_be_visible()
    playground.page.get_by_label("Style of the diagram").select_option("blocks")
    expect(playground.picture.locator("polygon")).to_have_count(0)
    playground.choose("UNet", "unet")
    expect(playground.totals).to_contain_text("1,927,042 parameters")
    if "token" in address:
        expect(playground.drawn("DoubleConv").first).to_be_visible()
    else:
        # The npm package of Pyodide has no igraph.
        expect(playground.page.locator("#no-diagram")).to_contain_text("need igraph")


def test_equal_blocks_are_drawn_once_or_each(served_playground: Playground) -> None:
    served_playground.open("blocks.net")
    served_playground.replace("Unit(4)", "repeat 3 { Unit(4) }")
    expect(served_playground.drawn("x3")).to_be_visible()
    served_playground.page.get_by_label("all repeats").check()
    expect(served_playground.drawn("x3")).to_have_count(0)
    expect(served_playground.picture.locator(".frame")).to_have_count(4)


def test_text_table_and_diagram_point_at_each_other(served_playground: Playground) -> None:
    marked = served_playground.page.locator("#table tr.marked")
    active = served_playground.page.locator(".cm-line.cm-activeLine")
    served_playground.line("maxpool(2)").click()
    expect(served_playground.picture.locator(".layer.marked")).to_contain_text("maxpool1: MaxPool2d(2)")
    served_playground.drawn("conv(16, 3)").click()
    expect(active).to_contain_text("conv(16, 3)")
    rows = served_playground.shapes()
    expect(marked).to_have_count(2)
    rows.filter(has_text="flatten1").hover()
    expect(served_playground.page.locator(".cm-line.pointed")).to_contain_text("flatten")
    rows.filter(has_text="linear1").click()
    expect(active).to_contain_text("linear(classes)")
    expect(marked).to_contain_text(["linear1"])


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_screen(served_playground: Playground, width: int) -> None:
    served_playground.page.set_viewport_size({"width": width, "height": 800})
    served_playground.shapes()
    expect(served_playground.rows.first).to_be_visible()
    assert served_playground.page.evaluate("document.documentElement.scrollWidth") == width


def test_a_narrow_page_stays_at_the_editor(served_playground: Playground) -> None:
    served_playground.page.set_viewport_size({"width": 390, "height": 500})
    served_playground.shapes()
    served_playground.line("input 3x16x16").click()
    before = served_playground.page.evaluate("window.scrollY")
    served_playground.page.keyboard.press("ArrowDown")
    marked = served_playground.page.locator("#table tr.marked")
    expect(marked).to_contain_text(["conv1", "relu1"])
    expect(marked.last).not_to_be_in_viewport()
    assert served_playground.page.evaluate("window.scrollY") == before


def test_tabs_and_rows_by_the_keyboard(served_playground: Playground) -> None:
    tab = served_playground.page.get_by_role("tab", name="Diagram")
    tab.focus()
    served_playground.page.keyboard.press("ArrowRight")
    expect(served_playground.page.get_by_role("tab", name="Shapes")).to_be_focused()
    expect(served_playground.rows.first).to_be_visible()
    served_playground.page.keyboard.press("Tab")
    expect(served_playground.rows.first).to_be_focused()
    served_playground.page.keyboard.press("ArrowDown")
    served_playground.page.keyboard.press("ArrowDown")
    expect(served_playground.rows.nth(2)).to_be_focused()
    served_playground.page.keyboard.press("Enter")
    expect(served_playground.page.locator(".cm-line.cm-activeLine")).to_contain_text("maxpool(2)")
