"""Pages that commands write: the report of a run, and the picture of a difference."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from netdsl.api import check_file
from netdsl.comparison import compare
from netdsl.comparison.picture import draw_difference_page
from netdsl.drawing import draw_page
from netdsl.report.history import read_history
from netdsl.report.page.contents import Layers, Page, RunContents, TableContents
from netdsl.report.page.write import write_page
from tests.report.conftest import EPOCHS, facts, metrics_line, result

PHONE = 390
CLASSES = [f"class number {number}" for number in range(12)]


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """The page of a made-up run with a wide table, many classes and long lines."""
    matrix = [[1000 + i + j for j in range(len(CLASSES))] for i in range(len(CLASSES))]
    (tmp_path / "run.json").write_text(json.dumps(facts(CLASSES)))
    (tmp_path / "metrics.jsonl").write_text("".join(map(metrics_line, range(1, EPOCHS + 1))))
    (tmp_path / "result.json").write_text(json.dumps(result(CLASSES, matrix)))
    row = ("stage3.unit17.convolution2", "convolution", "1024x112x112", "12,345,678", "123,456,789,012")
    headings = ("name", "layer", "output", "parameters", "multiply-adds")
    layers = Layers("Net, input 3x8x8", headings, (row,) * 3, "a total", "net Net { " + "relu -> " * 40)
    run = RunContents("run", read_history(tmp_path), "epochs: 4", layers)
    return write_page(Page("A run", (run, run)), tmp_path / "page.html")


def width(browser: Browser, path: Path) -> int:
    """How wide a page is on a telephone, with what would have to be scrolled to."""
    page = browser.new_page(viewport={"width": PHONE, "height": 800})
    page.goto(path.as_uri())
    found: int = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    return found


def test_a_report_is_as_wide_as_a_telephone(browser: Browser, report: Path) -> None:
    assert width(browser, report) == PHONE


def test_a_remark_keeps_its_line_on_a_telephone(browser: Browser, report: Path) -> None:
    headings = ["run", "train", "validation", "test", "epochs", "parameters", "time", "reported", "remark"]
    row = ["bn", *["10.20 %"] * 3, "1", "905,226", "1:47", "test 74.87 %", "partial: 1 of 300 epochs"]
    table = TableContents(headings, [0 < n < 7 for n in range(len(headings))], [row] * 2)
    run = RunContents("run", read_history(report.parent), "epochs: 4")
    path = write_page(Page("A sweep", (run,), table=table), report.parent / "sweep.html")
    page = browser.new_page(viewport={"width": PHONE, "height": 800})
    page.goto(path.as_uri())
    box = page.locator("tbody tr").first.bounding_box()
    page.close()
    assert box is not None
    assert box["height"] < 40


def test_a_diagram_is_as_wide_as_a_telephone(browser: Browser, tmp_path: Path) -> None:
    network = check_file("googlenet").network
    assert network is not None
    path = tmp_path / "googlenet.html"
    path.write_text(draw_page(network), encoding="utf-8")
    assert width(browser, path) == PHONE


def test_what_is_as_it_was_opens_by_a_click(browser: Browser, tmp_path: Path) -> None:
    networks = [check_file(name).network for name in ("resnet_cifar", "resnet_cifar:ResNet20B")]
    before, after = networks
    assert before is not None
    assert after is not None
    path = tmp_path / "difference.html"
    path.write_text(draw_difference_page(compare(before, after)), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(path.as_uri())
    first = page.locator(".frame", has_text="as before").first
    expect(first).to_have_attribute("aria-expanded", "false")
    height = page.locator(".picture svg").bounding_box()
    first.click()
    expect(first).to_have_attribute("aria-expanded", "true")
    taller = page.locator(".picture svg").bounding_box()
    assert height is not None
    assert taller is not None
    assert taller["height"] > height["height"] + 100
    page.get_by_role("button", name="Close all").click()
    expect(first).to_have_attribute("aria-expanded", "false")
    assert errors == []
    page.close()
