"""The page: well formed, sufficient to itself, and safe whatever the file says."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from netdsl.drawing import draw_page, draw_svg, draw_volumes, draw_volumes_page
from netdsl.drawing.scene import compose, place_network
from tests.drawing.nets import BRANCHES, CHAIN, RESIDUAL, checked

ALONE = {"meta", "rect", "polyline", "polygon", "path"}
EVIL = "# </script><script>alert(1)</script> <b onload='x'>&amp;\n" + CHAIN.split("\n", 1)[1]


class Reader(HTMLParser):
    """Collects elements, and holds that each that is opened is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ALONE:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.scripts.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


@pytest.mark.parametrize("text", [CHAIN, RESIDUAL, BRANCHES, EVIL])
def test_page_is_well_formed_and_loads_nothing(text: str) -> None:
    network = checked(text)
    for page in (draw_page(network), draw_volumes_page(network)):
        assert page.startswith("<!DOCTYPE html>")
        reader = read(page)
        for tag, attributes in reader.elements:
            assert tag not in {"link", "img", "iframe", "object", "embed", "base", "b"}
            assert not {"src", "href", "xlink:href", "onload"} & set(attributes)
        assert set(re.findall(r"https?://[^\"' ]*", page)) == {"http://www.w3.org/2000/svg"}
        assert re.findall(r"url\((?!#)", page) == []
        assert "@import" not in page


@pytest.mark.parametrize("text", [CHAIN, RESIDUAL, BRANCHES, EVIL])
def test_svg_is_well_formed_and_loads_nothing(text: str) -> None:
    network = checked(text)
    for picture in (draw_svg(network), draw_volumes(network)):
        root = ElementTree.fromstring(picture)
        assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
        assert not [element for element in root.iter() if element.tag.endswith(("script", "image", "use"))]
        assert not [name for element in root.iter() for name in element.attrib if "href" in name]
        assert set(re.findall(r"https?://[^\"' ]*", picture)) == {"http://www.w3.org/2000/svg"}


def test_what_a_file_says_stays_text() -> None:
    page = draw_page(checked(EVIL))
    assert "alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert len(read(page).scripts) == 2
    assert "A chain &lt;of&gt; layers &amp; &quot;signs&quot;." in draw_svg(checked(CHAIN))


def test_light_and_dark_and_print() -> None:
    page = draw_page(checked(CHAIN))
    assert "prefers-color-scheme:dark" in page
    assert "@media print" in page
    assert 'name="viewport"' in page
    assert "prefers-color-scheme:dark" in draw_svg(checked(CHAIN))


def test_blocks_can_be_opened_and_closed() -> None:
    network = checked(RESIDUAL)
    reader = read(draw_page(network, depth=0))
    frames = [each for _, each in reader.elements if each.get("role") == "button"]
    # All four are there, two of them inside closed ones or themselves closed.
    assert [each["aria-expanded"] for each in frames] == ["false"] * 4
    assert ["display" in each for each in frames] == [False, False, True, False]
    shown = [each for _, each in reader.elements if (each.get("id") or "").startswith("item")]
    assert len({each["id"] for each in shown}) == len(shown)


def test_the_script_knows_every_item_and_line() -> None:
    network = checked(BRANCHES)
    page = draw_page(network)
    places = json.loads(read(page).scripts[0])
    scene = compose(place_network(network, closed=True), columns=False)
    assert len(places["graph"]["ways"]) == len([line for line in scene.lines if line.inside < 0])
    assert len(places["graph"]["items"]) == len([shape for shape in scene.shapes if shape.inside < 0])
    for number in range(len(scene.shapes)):
        assert f'id="item{number}"' in page
    for number in range(len(scene.lines)):
        assert f'id="line{number}"' in page


def test_a_chain_has_no_buttons() -> None:
    assert "<button" not in draw_page(checked(CHAIN))
    assert "<button" in draw_page(checked(RESIDUAL))
