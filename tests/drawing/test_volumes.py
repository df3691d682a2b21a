"""Boxes in perspective: one for what each step makes, grouped by the map's size."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from netdsl.api import check_file
from netdsl.diagnostics import DiagnosticError
from netdsl.drawing import draw_volumes
from netdsl.drawing.captions import cut
from netdsl.drawing.volumes import Stage, stages_of
from netdsl.drawing.volumes_svg import LONGEST_CAPTION
from netdsl.network.nodes import Network
from tests.drawing.nets import RESIDUAL, checked


def named(name: str) -> Network:
    network = check_file(name).network
    assert network is not None
    return network


def stages(name: str) -> tuple[Stage, ...]:
    return stages_of(named(name))


def test_vgg_as_in_its_papers() -> None:
    found = stages("vgg")
    assert [stage.captions for stage in found] == [
        ("3x224x224",),
        ("conv 64x224x224 x2",),
        ("maxpool 64x112x112", "conv 128x112x112 x2"),
        ("maxpool 128x56x56", "conv 256x56x56 x3"),
        ("maxpool 256x28x28", "conv 512x28x28 x3"),
        ("maxpool 512x14x14", "conv 512x14x14 x3"),
        ("maxpool 512x7x7", "avgpool 512x7x7"),
        ("flatten 25088", "linear 4096 x2", "linear 1000"),
    ]
    maps = [stage.volumes[-1] for stage in found[1:7]]
    assert [volume.height for volume in maps] == sorted((v.height for v in maps), reverse=True)
    assert [volume.thickness for volume in maps] == sorted(volume.thickness for volume in maps)
    bars = found[-1].volumes
    assert len({bar.thickness for bar in bars}) == 1
    assert bars[0].thickness < min(volume.thickness for volume in maps)


def test_a_stage_with_many_blocks_shows_kinds() -> None:
    stage = next(stage for stage in stages("resnet:ResNet152") if "x36" in " ".join(stage.captions))
    assert len(stage.volumes) == 1
    assert stage.volumes[0].times == 36


def test_repeated_layers_are_one_box() -> None:
    captions = [line for stage in stages("vit") for line in stage.captions]
    assert "repeat 197x768 x12" in captions


def test_a_stage_of_many_kinds_is_one_box() -> None:
    layers = "relu -> conv(4, 1) -> reshape(4x2x2)\n" * 9
    stage = stages_of(checked(f"net Kinds {{\ninput 4x2x2\n{layers}}}\n"))[1]
    assert [volume.times for volume in stage.volumes] == [18]
    assert stage.captions[-1] == "and 14 more"
    assert len(stage.captions) == 5


def test_all_is_visible() -> None:
    for name in ("lenet5", "unet", "vit", "swin", "resnet:ResNet152"):
        for stage in stages(name):
            for volume in stage.volumes:
                assert volume.height >= 14
                assert volume.thickness >= 7


def test_too_many_stages_end_in_a_message() -> None:
    layers = "\n".join("pad(1) -> maxpool(2, stride=1)" for _ in range(400))
    with pytest.raises(DiagnosticError, match="boxes"):
        stages_of(checked(f"net Long {{\ninput 1x4x4\n{layers}\n}}\n"))


def test_blocks_are_steps() -> None:
    captions = [line for stage in stages_of(checked(RESIDUAL)) for line in stage.captions]
    assert captions[1:3] == ["Unit 8x16x16", "Unit 16x16x16 x3"]


def test_many_stages_stand_in_rows() -> None:
    wide = ElementTree.fromstring(draw_volumes(named("unet_plus_plus")))
    assert int(wide.get("width", "")) < 1800
    captions = [
        (int(each.get("x", "")), int(each.get("y", "")), each.text)
        for each in wide.iter("{http://www.w3.org/2000/svg}text")
        if each.get("class") == "small middle"
    ]
    expected = [line for stage in stages("unet_plus_plus") for line in stage.captions]
    assert [line for _, _, line in captions] == [cut(line, LONGEST_CAPTION) for line in expected]
    # The second row begins at the left again, below the first.
    turns = [later for (x, _, _), later in pairwise(captions) if later[0] < x]
    assert len(turns) == 1
    assert turns[0][1] > captions[0][1] + 100
    narrow = ElementTree.fromstring(draw_volumes(named("vgg")))
    assert int(narrow.get("height", "")) < 500
