"""Mistakes, shapes and diagram while a text is written."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.playground import Playground
from tests.browser.texts import FILES


def test_a_mistake_is_underlined_and_mended(playground: Playground) -> None:
    playground.replace("conv(16, 3)", "conv(16, 9)")
    expect(playground.errors).to_have_text("conv(16, 9)")
    expect(playground.title).to_have_text("1 error")
    expect(playground.problems).to_contain_text(["kernel does not fit its input"])
    expect(playground.problems.locator(".code")).to_have_text("E203")
    expect(playground.page.locator("#stale")).to_be_visible()
    # The last diagram stays, as it was.
    expect(playground.drawn("conv(16, 3)")).to_be_visible()
    playground.errors.hover()
    tip = playground.page.locator(".cm-tooltip-hover")
    expect(tip).to_contain_text("a 9x9 kernel over a 7x7 map")
    # The mistake is not hidden behind what the word means elsewhere.
    expect(tip).not_to_contain_text("Conv2d")
    expect(tip).to_contain_text("help: ")
    playground.replace("16, 9", "16, 5")
    playground.is_right()
    expect(playground.errors).to_have_count(0)
    expect(playground.drawn("conv(16, 5)")).to_be_visible()


def test_shapes_and_diagram_follow_a_width(playground: Playground) -> None:
    assert playground.hints.all_inner_texts() == ["→ 8x14x14", "→ 8x7x7", "→ 16x5x5", "→ 400", "→ 10"]
    expect(playground.drawn("conv(8, 3)")).to_be_visible()
    playground.replace("width = 8", "width = 12")
    expect(playground.hints.first).to_have_text("→ 12x14x14")
    expect(playground.drawn("conv(12, 3)")).to_be_visible()
    expect(playground.totals).to_contain_text("6,090 parameters")
    expect(playground.shapes().first).to_contain_text("12x14x14")


def test_a_parameter_is_set_beside_the_text(playground: Playground) -> None:
    field = playground.page.get_by_label("classes")
    expect(field).to_have_attribute("placeholder", "10")
    field.fill("7")
    expect(playground.hints.last).to_have_text("→ 7")
    expect(playground.drawn("output 7")).to_be_visible()
    field.fill("many")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(playground.problems).to_contain_text(["many"])
    playground.page.get_by_role("button", name="Defaults").click()
    playground.is_right()
    expect(playground.hints.last).to_have_text("→ 10")


def test_a_fix_is_a_click(playground: Playground) -> None:
    playground.replace("maxpool", "maxpol")
    playground.problems.get_by_role("button", name="maxpool").click()
    playground.is_right()
    assert playground.text() == FILES["small.net"]
    # The same from the text itself.
    playground.replace("maxpool", "maxpol")
    expect(playground.errors).to_have_text("maxpol")
    playground.errors.hover()
    playground.page.locator(".cm-diagnosticAction").click()
    playground.is_right()
    assert playground.text() == FILES["small.net"]


def test_completion_offers_layers_and_options(playground: Playground) -> None:
    options = playground.page.locator(".cm-tooltip-autocomplete li")
    playground.write_behind("maxpool(2)", "\navgp")
    options.filter(has_text="avgpool").first.click()
    expect(playground.line("avgpool")).to_be_visible()
    playground.page.keyboard.type("(2, pad")
    options.filter(has_text="padding=").first.click()
    expect(playground.line("avgpool(2, padding=")).to_be_visible()


def test_hover_says_what_a_word_is(playground: Playground) -> None:
    playground.line("maxpool(2)").get_by_text("maxpool").hover()
    tip = playground.page.locator(".cm-tooltip .hover")
    expect(tip).to_contain_text("nn.MaxPool2d")
    expect(tip).to_contain_text("8x7x7")


def test_a_message_is_explained(playground: Playground) -> None:
    playground.replace("conv(16, 3)", "conv(16, 9)")
    playground.problems.locator(".code").click()
    dialog = playground.page.locator("dialog")
    expect(dialog).to_contain_text("kernel does not fit its input")
    expect(dialog.locator("pre").first).to_contain_text("net Small {")
    playground.page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()


def test_format_writes_the_one_layout(playground: Playground) -> None:
    playground.open("untidy.net")
    playground.page.get_by_role("button", name="Format").click()
    expect(playground.line("net Untidy {")).to_be_visible()
    assert playground.text() == (
        "net Untidy {\n    input 3x8x8\n    conv(8, 3) -> relu\n    flatten -> linear(10)\n}\n"
    )


@pytest.mark.parametrize("key", ["Enter", "F8"])
def test_the_keyboard_leads_to_a_mistake(served_playground: Playground, key: str) -> None:
    served_playground.replace("conv(16, 3)", "conv(16, 9)")
    place = served_playground.problems.get_by_role("button", name="line 6")
    expect(place).to_be_visible()
    served_playground.page.keyboard.press("Control+Home")
    if key == "Enter":
        place.focus()
    served_playground.page.keyboard.press(key)
    expect(served_playground.editor).to_be_focused()
    expect(served_playground.page.locator(".cm-line.cm-activeLine")).to_contain_text("conv(16, 9)")
