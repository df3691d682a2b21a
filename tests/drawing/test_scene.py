"""What stands where: every layer once, nothing over anything else, no line through a box."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from netdsl.api import check_file
from netdsl.diagnostics import DiagnosticError
from netdsl.drawing import draw_svg
from netdsl.drawing.fitting import MOST_PIXELS
from netdsl.drawing.items import Frame, Stack, Terminal
from netdsl.drawing.placing import SMALL_LETTER, text_width
from netdsl.drawing.scene import Scene, Shape, compose, place_network
from netdsl.network.nodes import Network
from tests.drawing.nets import BRANCHES, CHAIN, RESIDUAL, checked

FILES = sorted((Path(__file__).parents[2] / "architectures").glob("*.net"))
# A file of blocks alone has nothing to draw.
NAMES = [path.stem for path in FILES if "\nnet " in path.read_text(encoding="utf-8")]
Rectangle = tuple[int, int, int, int]


def scene_of(network: Network, *, depth: int | None = None, expand: bool = False) -> Scene:
    return compose(place_network(network, depth=depth, expand=expand))


def packaged(name: str) -> Network:
    network = check_file(name).network
    assert network is not None
    return network


def layers_in(scene: Scene) -> list[str]:
    return [
        leaf.path for shape in scene.shapes if isinstance(shape.item, Stack) for leaf in shape.item.layers
    ]


def rectangle(shape: Shape) -> Rectangle:
    return (
        shape.x - shape.extent.left,
        shape.y,
        shape.x + shape.extent.right,
        shape.y + shape.extent.height,
    )


def label(shape: Shape) -> Rectangle:
    """Where the letters of a shape's label stand."""
    top = shape.y + shape.extent.height + 6
    return shape.x + 6, top, shape.x + 6 + text_width(shape.label, SMALL_LETTER), top + 10


def overlap(a: Rectangle, b: Rectangle) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def is_within(box: Rectangle, outer: Rectangle) -> bool:
    return all(outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3] for x, y in (box[:2], box[2:]))


def segment(a: tuple[int, int], b: tuple[int, int]) -> Rectangle:
    """A line as a rectangle that is a little wider than nothing."""
    return min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]) + 1, max(a[1], b[1]) + 1


def inner(box: Rectangle) -> Rectangle:
    """A box without its edge, where lines end."""
    return box[0] + 1, box[1] + 1, box[2] - 1, box[3] - 1


def assert_is_clean(scene: Scene) -> None:
    frames: dict[int, list[Shape]] = {}
    for shape in scene.shapes:
        frames.setdefault(shape.inside, []).append(shape)
    for inside, shapes in frames.items():
        boxes = [rectangle(shape) for shape in shapes]
        assert not [pair for pair in combinations(boxes, 2) if overlap(*pair)]
        labels = [label(shape) for shape in shapes if shape.label]
        assert not [(text, box) for text in labels for box in boxes if overlap(text, box)]
        assert not [pair for pair in combinations(labels, 2) if overlap(*pair)]
        outer = rectangle(scene.shapes[inside]) if inside >= 0 else (0, 0, scene.width, scene.height)
        for box in [*boxes, *labels]:
            assert is_within(box, outer)
        for line in scene.lines:
            if line.inside != inside:
                continue
            for a, b in pairwise(line.points):
                assert a[0] == b[0] or a[1] == b[1]
                drawn = segment(a, b)
                assert not [box for box in boxes if overlap(drawn, inner(box))]
                assert is_within((a[0], a[1], b[0], b[1]), outer)
                # A label stands beside the line that it belongs to, and on no other.
                assert not [text for text in labels if overlap(drawn, text)]


@pytest.mark.parametrize("name", NAMES)
def test_every_packaged_network_is_drawn_cleanly(name: str) -> None:
    network = packaged(name)
    expanded = scene_of(network, expand=True)
    assert sorted(layers_in(expanded)) == sorted(path for path, _ in network.layers())
    assert_is_clean(expanded)
    folded = scene_of(network)
    assert len(set(layers_in(folded))) == len(layers_in(folded))
    assert_is_clean(folded)
    assert_is_clean(scene_of(network, depth=0))


@pytest.mark.parametrize("text", [CHAIN, RESIDUAL, BRANCHES])
def test_small_networks_are_drawn_cleanly(text: str) -> None:
    assert_is_clean(scene_of(checked(text)))


def frames_of(scene: Scene) -> list[Frame]:
    return [shape.item for shape in scene.shapes if isinstance(shape.item, Frame)]


def test_equal_blocks_are_drawn_once() -> None:
    network = checked(RESIDUAL)
    # The first of the three units of 16 channels has a convolution in its shortcut.
    assert [(frame.name, frame.badge) for frame in frames_of(scene_of(network)) if frame.badge] == [
        ("unit3-4", "x2")
    ]
    assert [frame.name for frame in frames_of(scene_of(network, expand=True))] == [
        "unit1",
        "unit2",
        "fit1",
        "unit3",
        "unit4",
    ]


def test_what_is_drawn_once_is_counted_each() -> None:
    scene = scene_of(checked(RESIDUAL), depth=0)
    assert [frame.summary for frame in frames_of(scene) if frame.badge] == ["7 layers, 4.7 k parameters each"]
    assert all(not frame.summary.endswith("each") for frame in frames_of(scene) if not frame.badge)


def test_blocks_that_differ_by_their_input_are_called_alike() -> None:
    frames = frames_of(scene_of(packaged("densenet")))
    assert [frame.badge for frame in frames] == ["x6 alike", "x12 alike", "x24 alike", "x16 alike"]


def test_repeated_layers_get_a_frame() -> None:
    frames = frames_of(scene_of(packaged("vit")))
    assert ("repeat", "x12") in [(frame.name, frame.badge) for frame in frames]


def test_depth_closes_blocks() -> None:
    network = packaged("mobilenet_v3")
    closed = scene_of(network, depth=0)
    assert not any(frame.open for frame in frames_of(closed))
    assert all(shape.level == 0 for shape in closed.shapes)
    one = scene_of(network, depth=1)
    assert max(shape.level for shape in one.shapes) == 1
    assert len(layers_in(closed)) < len(layers_in(one)) < len(layers_in(scene_of(network)))


def test_lines_say_where_values_go() -> None:
    scene = scene_of(checked(BRANCHES))
    ends = [shape.item.text for shape in scene.shapes if isinstance(shape.item, Terminal)]
    assert ends == ["input 4x8x8", "output 3", "aux, in training"]
    # `early` feeds three branches and an addition far below.
    assert sum(line.skip for line in scene.lines) == 1
    early = next(shape for shape in scene.shapes if shape.label and shape.y > scene.shapes[0].y)
    start = (early.x, early.y + early.extent.height)
    assert sum(line.points[0] == start for line in scene.lines) == 4


def test_layers_are_shaded_by_their_share_of_the_parameters() -> None:
    scene = scene_of(packaged("lenet5"))
    shades = {
        leaf.path: leaf.shade
        for shape in scene.shapes
        if isinstance(shape.item, Stack)
        for leaf in shape.item.layers
    }
    assert shades["relu1"] == 0
    assert 0 < shades["conv1"] < shades["conv2"] < shades["linear2"] < shades["linear1"] == 5


def test_what_is_drawn_once_is_shaded_by_all_that_it_stands_for() -> None:
    text = (
        "net Many {\n input 4x8x8\n repeat 4 { Stage }\n conv(4, 3)\n}\n"
        "block Stage { maxpool(1)\n repeat 5 { Unit } }\n"
        "block Unit { conv(4, 3, padding=1) -> residual { conv(4, 1) } }\n"
    )
    scene = scene_of(checked(text))
    # Twenty convolutions of 148 parameters and twenty of 20, and one more of 148.
    leaves = [leaf for shape in scene.shapes if isinstance(shape.item, Stack) for leaf in shape.item.layers]
    shades = [leaf.shade for leaf in leaves if leaf.call.startswith("conv")]
    assert shades == [5, 4, 3]
    assert [frame.shade for frame in frames_of(scene)][:2] == [5, 5]


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_can_be_read_as_a_whole(name: str) -> None:
    network = packaged(name)
    picture = draw_svg(network)
    size = re.search(r'width="(\d+)" height="(\d+)"', picture)
    assert size is not None
    assert int(size[1]) * int(size[2]) < 7_000_000
    is_large = compose(place_network(network)).width * compose(place_network(network)).height > MOST_PIXELS
    told = re.search(r"closed to fit; --depth (\d) opens them", picture)
    assert is_large == (told is not None)
    if told is not None:
        assert draw_svg(network, depth=int(told[1])).count("<rect") > picture.count("<rect")


def test_a_picture_that_is_too_large_is_closed_as_far_as_it_must_be() -> None:
    unit = "block Unit(k) { residual { conv(k, 1) -> conv(4, 1) } }"
    units = "\n".join(f"Unit({1 + number % 97})" for number in range(1300))
    network = checked(f"net Deep {{\n input 4x8x8\n{units}\n}}\n{unit}\n")
    with pytest.raises(DiagnosticError, match="boxes"):
        scene_of(network)
    assert "all blocks are closed to fit" in draw_svg(network)


def test_no_column_holds_the_rest_alone() -> None:
    scene = scene_of(packaged("unet_plus_plus"), depth=0)
    output = next(
        shape for shape in scene.shapes if isinstance(shape.item, Terminal) and "output" in shape.item.text
    )
    assert sum(shape.x == output.x for shape in scene.shapes) > 2


def test_a_long_network_stands_in_columns() -> None:
    scene = scene_of(packaged("vgg"))
    assert len({shape.x for shape in scene.shapes}) > 1
    assert 0.7 < scene.width / scene.height < 2.8


def test_a_network_of_many_blocks_is_drawn() -> None:
    text = (
        "net Deep {\n input 4x8x8\n repeat 1900 { Unit }\n}\nblock Unit { residual { conv(4, 1) -> relu } }\n"
    )
    scene = scene_of(checked(text))
    assert [frame.badge for frame in frames_of(scene)] == ["x1900"]
    with pytest.raises(DiagnosticError, match="boxes"):
        scene_of(checked(text), expand=True)


def test_values_that_are_used_far_away_end_in_a_message() -> None:
    labels = [f"relu as v{number}" for number in range(100)]
    uses = [f"add(v{number})" for number in range(100)]
    text = "\n".join(["net Far {", "input 4x2x2", *labels, *uses, "}"])
    with pytest.raises(DiagnosticError, match="far from where they are made"):
        scene_of(checked(text))


def test_a_value_that_is_used_everywhere_ends_in_a_message() -> None:
    uses = "\n".join("relu -> add(first)" for _ in range(600))
    with pytest.raises(DiagnosticError, match="far from where they are made"):
        scene_of(checked(f"net Fan {{\ninput 4x2x2\nrelu as first\n{uses}\n}}\n"))


def test_a_value_that_others_read_ends_its_box() -> None:
    text = (
        "net Read {\n input 4x8x8\n conv(4, 1) -> bn as kept\n relu -> conv(4, 1) -> relu -> add(kept)\n}\n"
    )
    scene = scene_of(checked(text))
    stacks = [
        [leaf.name for leaf in shape.item.layers] for shape in scene.shapes if isinstance(shape.item, Stack)
    ]
    assert stacks == [["conv1", "kept"], ["relu1"], ["conv2", "relu2"], ["add1"]]
