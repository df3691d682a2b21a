"""What differs between two networks: the same, changed, added, removed, fed and started otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdsl.api import check_file
from netdsl.comparison import Difference, compare
from tests.emit.compare import network_of

FOLDER = Path(__file__).parents[2] / "architectures"
# One file holds blocks alone.
ARCHITECTURES = sorted(path for path in FOLDER.glob("*.net") if path.stem != "squeeze_excite")

PLAIN = """net A(width = 8) {
    input 3x16x16
    conv(width, 3, padding=1) -> bn -> relu
    conv(width, 3, padding=1) -> relu
    flatten -> linear(10)
}"""
IN_BLOCKS = """block Convolved(width) { conv(width, 3, padding=1) -> bn -> relu }
net B {
    input 3x16x16
    Convolved(8) as first
    conv(8, 3, padding=1) -> relu
    flatten -> linear(10) as head
}"""


def difference(before: str, after: str, **settings: object) -> Difference:
    return compare(network_of(before), network_of(after, **settings))


def statuses(found: Difference) -> list[tuple[str, str | None, str | None]]:
    """What was not found the same, with the names before and after."""
    return [
        (pair.status, pair.before and pair.before.name, pair.after and pair.after.name)
        for pair in found.pairs
        if pair.status != "same"
    ]


@pytest.mark.parametrize("path", ARCHITECTURES, ids=lambda path: path.stem)
def test_a_network_is_the_same_as_itself(path: Path) -> None:
    one, other = check_file(path).network, check_file(path).network
    assert one is not None
    assert other is not None
    found = compare(one, other)
    assert found.is_same
    assert found.renamed == 0
    assert len(found.pairs) == len(list(one.layers()))


def test_names_and_blocks_are_how_it_is_written() -> None:
    found = difference(PLAIN, IN_BLOCKS)
    assert found.is_same
    assert found.renamed == 6


def test_a_width_changes_what_it_reaches() -> None:
    found = difference(PLAIN, PLAIN, width=16)
    assert not found.is_same
    assert [pair.after.call for pair in found.pairs if pair.status == "changed" and pair.after] == [
        "Conv2d(3, 16, 3, padding=1)",
        "BatchNorm2d(16)",
        "ReLU()",
        "Conv2d(16, 16, 3, padding=1)",
        "ReLU()",
        "Flatten()",
        "Linear(4096, 10)",
    ]
    assert found.pairs[2].reasons == ("before 8x16x16",)
    assert found.others == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (" -> bn", "", [("removed", "bn1", None)]),
        ("-> relu\n    flatten", "-> dropout(0.5) -> relu\n    flatten", [("added", None, "dropout1")]),
        ("bn -> relu", "bn -> gelu", [("changed", "relu1", "gelu1")]),
        ("-> relu\n    flatten", "-> relu(inplace=true)\n    flatten", [("changed", "relu2", "relu2")]),
        (
            "    flatten",
            "    conv(8, 1) -> maxpool(1) -> relu\n    flatten",
            [("added", None, "conv3"), ("added", None, "maxpool1"), ("added", None, "relu3")],
        ),
    ],
)
def test_what_is_added_and_removed_is_found_at_its_place(
    old: str, new: str, expected: list[tuple[str, str | None, str | None]]
) -> None:
    assert old in PLAIN
    assert statuses(difference(PLAIN, PLAIN.replace(old, new))) == expected
    swapped = {"added": "removed", "removed": "added", "changed": "changed"}
    back = [(swapped[status], after, before) for status, before, after in expected]
    assert statuses(difference(PLAIN.replace(old, new), PLAIN)) == back


MERGED = """block Unit(c) { conv(c, 3, padding=1) -> relu }
net M {
    input 4x8x8
    conv(4, 1) as first
    conv(4, 1) as second
    repeat 2 { Unit(4) }
    add(first)
    linear_end
}""".replace("linear_end", "flatten -> linear(2)")


def test_a_merge_that_is_fed_otherwise_is_no_longer_the_same() -> None:
    found = difference(MERGED, MERGED.replace("add(first)", "add(second)"))
    (pair,) = [pair for pair in found.pairs if pair.status != "same"]
    assert pair.status == "changed"
    assert pair.reasons == ("fed by unit2.relu1, second, before by unit2.relu1, first",)


def test_a_start_that_differs_is_no_longer_the_same() -> None:
    found = difference(PLAIN, PLAIN.replace("    conv(width", "    init(conv, zeros)\n    conv(width", 1))
    assert [pair.reasons for pair in found.pairs if pair.status == "changed"] == [
        ("its weights start otherwise",)
    ] * 2
    assert statuses(found) == [("changed", "conv1", "conv1"), ("changed", "conv2", "conv2")]


def test_a_block_that_is_added_as_a_whole_says_so() -> None:
    found = difference(MERGED, MERGED.replace("repeat 2", "repeat 3"))
    added = [pair for pair in found.pairs if pair.status == "added"]
    assert [pair.block for pair in added] == ["unit3", "unit3"]
    assert len(found.pairs) - len(added) == len(list(found.before.layers()))


def test_another_input_is_told_even_where_all_layers_stay() -> None:
    pooled = "net P { input 3x8x8\n relu -> avgpool(global) -> flatten }"
    found = difference(pooled, pooled.replace("3x8x8", "3x9x9"))
    assert found.others == ("the input is 3x9x9, before 3x8x8",)
    assert not found.is_same


def test_further_outputs_are_told() -> None:
    plain = "net O { input 3x8x8\n conv(4, 3) -> relu\n flatten -> linear(2) }"
    with_output = plain.replace("relu\n", "relu\n output side { flatten -> linear(2) }\n")
    found = difference(plain, with_output)
    assert "further outputs in training: 1, before 0" in found.others


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("resnet:ResNet18", "resnet:ResNet50"),
        ("mobilenet_v2", "shufflenet_v2"),
        ("vgg:VGG11", "vgg:VGG19"),
        ("efficientnet:EfficientNetB0", "efficientnet:EfficientNetB3"),
        ("lenet5", "vit"),
    ],
)
def test_every_layer_of_both_is_told_once_and_in_order(before: str, after: str) -> None:
    first, second = check_file(before).network, check_file(after).network
    assert first is not None
    assert second is not None
    found = compare(first, second)
    assert [pair.before.name for pair in found.pairs if pair.before] == [name for name, _ in first.layers()]
    assert [pair.after.name for pair in found.pairs if pair.after] == [name for name, _ in second.layers()]


def test_long_networks_are_compared_in_bounded_work() -> None:
    text = "net L(n = 700) { input 4x8x8\n repeat n { conv(4, 1) -> relu -> bn } }"
    found = difference(text, text.replace("relu ->", "gelu ->").replace("700", "690"))
    assert sum(pair.status == "removed" for pair in found.pairs) == 30
    assert sum(pair.status == "changed" for pair in found.pairs) == 690
