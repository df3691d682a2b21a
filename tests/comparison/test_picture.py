"""The picture of a difference: what is marked, with which sign, and what is made short."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree

import pytest

from netdsl.api import check_file
from netdsl.comparison import Difference, compare
from netdsl.comparison.merge import merge
from netdsl.comparison.merged import MergedLayer, MergedScope
from netdsl.comparison.picture import draw_difference, draw_difference_page, place_difference
from netdsl.drawing.items import Frame, Stack
from netdsl.drawing.scene import Scene, compose
from tests.comparison.test_compare import IN_BLOCKS, MERGED, PLAIN, difference
from tests.drawing.test_page import read
from tests.drawing.test_scene import assert_is_clean

PAIRS = [
    ("resnet:ResNet18", "resnet:ResNet34"),
    ("resnet:ResNet18", "resnet:WideResNet50"),
    ("resnet_cifar", "resnet_cifar:ResNet20B"),
    ("densenet", "densenet:DenseNet201"),
    ("googlenet", "inception_v3"),
    ("lenet5", "vit"),
    ("unet", "unet_plus_plus"),
    ("vit", "vit"),
]


def packaged(before: str, after: str) -> Difference:
    first, second = check_file(before).network, check_file(after).network
    assert first is not None
    assert second is not None
    return compare(first, second)


def scene_of(found: Difference) -> Scene:
    return compose(place_difference(found))


def rows(scene: Scene) -> list[tuple[str, str]]:
    """The mark and the call of each layer that is drawn, from above."""
    return [
        (leaf.mark, leaf.call)
        for shape in scene.shapes
        if isinstance(shape.item, Stack)
        for leaf in shape.item.layers
    ]


def frames(scene: Scene) -> list[tuple[str, str, str]]:
    """The mark, the name and the definition of each block that is drawn."""
    return [
        (shape.item.mark, shape.item.name, shape.item.definition)
        for shape in scene.shapes
        if isinstance(shape.item, Frame)
    ]


def lines(scene: Scene) -> Counter[str]:
    return Counter(line.mark for line in scene.lines)


def merged_layers(scope: MergedScope) -> list[MergedLayer]:
    found: list[MergedLayer] = []
    for node in scope.nodes:
        if isinstance(node, MergedScope):
            found += merged_layers(node)
        else:
            assert isinstance(node, MergedLayer)
            found.append(node)
    return found


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_every_layer_of_both_is_in_the_picture_once(before: str, after: str) -> None:
    found = packaged(before, after)
    layers = merged_layers(merge(found))
    assert len(layers) == len(found.pairs)
    kinds = Counter(pair.status for pair in found.pairs)
    seen = Counter("changed" if layer.status == "follows" else layer.status for layer in layers)
    assert seen == kinds


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_nothing_stands_over_anything_else(before: str, after: str) -> None:
    assert_is_clean(scene_of(packaged(before, after)))
    assert_is_clean(scene_of(packaged(after, before)))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (" -> bn", "", [("same", "conv(8, 3, padding=1)"), ("removed", "bn")]),
        ("bn -> relu", "bn -> gelu", [("changed", "relu -> gelu")]),
        ("relu\n    flatten", "dropout(0.5) -> relu\n    flatten", [("added", "dropout(0.5)")]),
        (
            "conv(width, 3, padding=1) -> relu",
            "conv(width, 5, padding=2, bias=false) -> relu",
            [("changed", "conv(8, 3 -> 5, padding=1 -> 2, bias=true -> false)")],
        ),
        (
            "conv(width, 3, padding=1) -> relu",
            "conv(width, 3, padding=1, stride=2) -> relu",
            [("changed", "conv(8, 3, padding=1, stride=1 -> 2)"), ("follows", "relu")],
        ),
    ],
)
def test_what_changed_says_so_at_its_place(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    assert old in PLAIN
    drawn = rows(scene_of(difference(PLAIN, PLAIN.replace(old, new))))
    at = drawn.index(expected[0])
    assert drawn[at : at + len(expected)] == expected


def test_a_start_that_differs_is_written() -> None:
    other = PLAIN.replace("    conv(width", "    init(conv, zeros)\n    conv(width", 1)
    drawn = rows(scene_of(difference(PLAIN, other)))
    assert drawn[0] == ("changed", "conv(8, 3, padding=1), its weights start otherwise")


def test_shapes_are_told_before_and_after() -> None:
    scene = scene_of(difference(PLAIN, PLAIN, width=16))
    assert rows(scene)[0] == ("changed", "conv(8 -> 16, 3, padding=1)")
    labels = [shape.label for shape in scene.shapes]
    assert "8x16x16 -> 16x16x16" in labels
    assert labels.count("10") == 1


def test_what_is_as_it_was_is_one_box() -> None:
    tail = "\n".join(["    relu -> maxpool(1)"] * 3)
    long = PLAIN.replace("    flatten", f"{tail}\n    flatten")
    scene = scene_of(difference(long, long.replace("bn -> relu", "bn -> gelu")))
    assert frames(scene) == [("same", "conv2 … linear1", "as before")]
    assert rows(scene) == [
        ("same", "conv(8, 3, padding=1)"),
        ("same", "bn"),
        ("changed", "relu -> gelu"),
    ]
    follows = scene_of(difference(long, long.replace("3x16x16", "3x32x32")))
    assert frames(follows) == [("follows", "conv1 … linear1", "as before, on other shapes")]


def test_what_stays_of_a_repeat_is_told_with_its_number() -> None:
    text = "net R(c = 4) { input 4x8x8\n conv(c, 1)\n repeat 5 { Unit }\n flatten -> linear(2) }\n"
    text += "block Unit { residual { conv(in_channels, 3, padding=1) -> relu } }"
    scene = scene_of(difference(text, text, c=6))
    (frame,) = [shape.item for shape in scene.shapes if isinstance(shape.item, Frame)]
    assert (frame.badge, frame.mark, frame.open) == ("x5", "changed", True)
    assert ("changed", "conv(4 -> 6, 3, padding=1)") in rows(scene)


def test_the_same_network_is_one_box() -> None:
    found = difference(PLAIN, IN_BLOCKS)
    # The blocks after are shown: the layers are those of before.
    assert {mark for mark, _, _ in frames(scene_of(found))} == {"same"}
    assert "the same network" in draw_difference(found)


def test_a_block_that_came_is_marked_as_a_whole() -> None:
    added = scene_of(difference(MERGED, MERGED.replace("repeat 2", "repeat 3")))
    assert ("added", "unit3", "Unit") in frames(added)
    removed = scene_of(difference(MERGED.replace("repeat 2", "repeat 3"), MERGED))
    assert ("removed", "unit3", "Unit") in frames(removed)


def test_no_line_leads_past_what_came_between() -> None:
    longer = PLAIN.replace("bn -> relu", "bn -> relu -> maxpool(1)")
    came = lines(scene_of(difference(PLAIN, longer)))
    assert (came["added"], came["removed"]) == (2, 0)
    went = lines(scene_of(difference(longer, PLAIN)))
    assert (went["added"], went["removed"]) == (0, 2)


def test_what_takes_the_place_of_another_stands_beside_it() -> None:
    old = PLAIN.replace("-> relu\n    flatten", "-> relu -> maxpool(1) -> relu\n    flatten")
    scene = scene_of(difference(old, old.replace("maxpool(1)", "conv(8, 1)")))
    drawn = lines(scene)
    assert (drawn["added"], drawn["removed"]) == (2, 2)
    # Both are fed by the same box, and feed the same one.
    ends = {mark: [line.points[-1] for line in scene.lines if line.mark == mark] for mark in drawn}
    assert len({*ends["added"], *ends["removed"]}) == 3


def test_another_value_that_is_read_is_another_line() -> None:
    scene = scene_of(difference(MERGED, MERGED.replace("add(first)", "add(second)")))
    drawn = lines(scene)
    assert (drawn["added"], drawn["removed"]) == (1, 1)
    assert ("changed", "add") in rows(scene)


@pytest.mark.parametrize(
    ("mark", "sign", "other"),
    [
        ("added", "+", PLAIN.replace("bn -> relu", "bn -> relu -> dropout(0.1)")),
        ("removed", "-", PLAIN.replace(" -> bn", "")),
        ("changed", "~", PLAIN.replace("bn -> relu", "bn -> gelu")),
        ("follows", "=", PLAIN.replace("3x16x16", "3x18x18")),
    ],
)
def test_marks_are_seen_without_their_colours(mark: str, sign: str, other: str) -> None:
    picture = ElementTree.fromstring(draw_difference(difference(PLAIN, other)))
    space = "{http://www.w3.org/2000/svg}"
    boxes = [each for each in picture.iter(f"{space}rect") if f"m-{mark}" in each.get("class", "").split()]
    signs = [each for each in picture.iter(f"{space}text") if f"sign-{mark}" in each.get("class", "").split()]
    assert {each.text for each in signs} == {sign}
    # One box more than signs: the one of the legend, whose sign is among the small letters.
    assert len(boxes) == len(signs) + 1
    assert sign in [each.text for each in picture.iter(f"{space}text") if each.get("class") == "small middle"]


def test_the_legend_has_the_sign_of_blocks_too() -> None:
    picture = draw_difference(packaged("resnet_cifar", "resnet_cifar:ResNet20B"))
    # Layers came and went, none changed; two blocks did, and those that are as they were have one class.
    assert 'class="small middle">~</text>' in picture
    assert "0 changed" not in picture
    assert picture.count(">PaddedUnit -&gt; BasicUnit</text>") == 2


def test_totals_stand_above() -> None:
    picture = draw_difference(difference(PLAIN, PLAIN, width=16))
    assert "parameters: 21,314 -&gt; 43,770 (+105.4 %)" in picture
    assert "multiply-adds: " in picture
    assert "before: A(width=8), input 3x16x16" in picture
    assert "after: A(width=16), input 3x16x16" in picture


def test_the_page_opens_what_is_as_it_was() -> None:
    found = packaged("resnet_cifar", "resnet_cifar:ResNet20B")
    page = draw_difference_page(found)
    reader = read(page)
    blocks = Counter(each["aria-expanded"] for _, each in reader.elements if "aria-expanded" in each)
    # Two units that changed and the two shortcuts in each of them are open, all that is as it was is not.
    assert blocks["true"] == 6
    assert blocks["false"] == 7
    assert page.count(">flatten</text>") == 1
    assert "m-added" in page
    assert "prefers-color-scheme:dark" in page


def test_further_outputs_are_drawn_and_told() -> None:
    plain = "net O { input 3x8x8\n conv(4, 3) -> relu\n flatten -> linear(2) }"
    both = plain.replace("relu\n", "relu\n output side { flatten -> linear(2) }\n")
    for before, after, mark in ((plain, both, "added"), (both, plain, "removed")):
        found = difference(before, after)
        assert (mark, "side", "side") in frames(scene_of(found))
        assert "further outputs in training: " in draw_difference(found)
    # One that is as it was is not made one with what is around it, so that its name is seen.
    longer = both.replace("\n flatten -> linear(2) }", "\n flatten -> linear(2) -> relu }")
    found = difference(both, longer)
    assert ("same", "side", "side") in frames(scene_of(found))
    assert "side, in training" in draw_difference(found)


def test_what_ends_a_block_is_replaced_inside_of_it() -> None:
    old = MERGED.replace("padding=1) -> relu", "padding=1) -> relu -> maxpool(1)")
    scene = scene_of(difference(old, old.replace("maxpool(1)", "conv(c, 1)")))
    drawn = lines(scene)
    # Two lines to what came and to its end, and as many of what went.
    assert (drawn["added"], drawn["removed"]) == (2, 2)
