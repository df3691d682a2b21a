"""Takes the pictures of docs/playground.md: python -m tests.browser.pictures

They need Chromium, as the tests do. The colours are reduced to 128, which
nobody sees and which makes the files small.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import PATIENCE, chromium
from tests.browser.playground import Playground
from tests.browser.sites import ROOT, served

FOLDER = ROOT / "docs" / "pictures"
COLOURS = 128
TEXT = """net Small(classes = 10) {
    input 3x32x32
    conv(18, 5) -> avgpool(2) -> relu
    conv(48, 5) -> relu
    flatten
    linear(classes)
}
"""


def network(playground: Playground) -> None:
    """A packaged network, with the cursor in a line of it."""
    playground.open("ResNet18", "resnet")
    playground.line("maxpool(3, stride=2, padding=1)").first.click()
    expect(playground.picture.locator(".layer.marked").first).to_be_visible()


def mistake(playground: Playground) -> None:
    """A mistake with what is said of it."""
    playground.open("small.net")
    expect(playground.totals).to_contain_text("parameters")
    playground.replace("avgpool(2)", "avgpool(8)")
    expect(playground.page.locator("#stale")).to_be_visible()
    playground.errors.hover()
    expect(playground.page.locator(".cm-tooltip-hover")).to_be_visible()


def table(playground: Playground) -> None:
    """A network with its table on a phone."""
    playground.open("LeNet5", "lenet5")
    playground.shapes()
    expect(playground.rows.first).to_be_visible()


# Each picture with how it is made, the size of the window, and whether it is dark.
PICTURES = {
    "playground.png": (network, (1280, 760), False),
    "playground-mistake.png": (mistake, (1280, 600), True),
    "playground-phone.png": (table, (390, 844), False),
}


def page_of(browser: Browser, size: tuple[int, int], dark: bool) -> Page:
    """A window of a size, for a person who prefers light or dark pages."""
    scheme = "dark" if dark else "light"
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    context.set_default_timeout(PATIENCE)
    return context.new_page()


def save(page: Page, path: Path) -> None:
    """Write what the window shows, or the whole page where it is longer."""
    taken = Image.open(BytesIO(page.screenshot(full_page=True, animations="disabled")))
    taken.convert("RGB").quantize(COLOURS).save(path, optimize=True)


def main() -> int:
    """Write all pictures."""
    with TemporaryDirectory() as folder, chromium() as browser:
        (Path(folder) / "small.net").write_text(TEXT, encoding="utf-8")
        with served(Path(folder), "lenet5") as address:
            for name, (prepare, size, dark) in PICTURES.items():
                page = page_of(browser, size, dark)
                page.goto(address)
                playground = Playground(page)
                playground.is_right()
                prepare(playground)
                save(page, FOLDER / name)
                sys.stdout.write(f"{name}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
