"""The module that runs and the Python that is exported are the same network."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdsl.api import check_file
from netdsl.emit import render
from netdsl.network.nodes import Network
from tests.emit.compare import assert_agree, class_of, network_of
from tests.emit.texts import NAMED, NAMES, TEXTS

FOLDER = Path(__file__).parents[2] / "architectures"
# Networks for large images, made small enough for a test.
SMALL = {
    "airbench": {"width": "8"},
    "all_cnn": {"width": "8"},
    "convmixer": {"size": "28", "dim": "12", "depth": "2"},
    "convnext": {"size": "32", "depths": "[1, 2]", "dims": "[8, 16]"},
    "densenet": {"size": "32", "depths": "[2, 3]", "growth": "8"},
    "densenet_cifar": {"depth": "16", "p": "0.2"},
    "efficientnet": {"size": "32", "width": "0.25", "depth": "0.5"},
    "fcn": {"size": "37", "width": "2", "hidden": "8"},
    "ghostnet": {"size": "33", "width": "0.25"},
    "googlenet": {"size": "32", "classes": "10"},
    "inception_v3": {"size": "75", "classes": "10", "aux": "false"},
    "mlp_mixer": {"size": "48", "dim": "24", "depth": "2", "positions": "8", "channels": "40"},
    "mnasnet": {"size": "32", "width": "0.25"},
    "mobilenet_v2": {"size": "32", "width": "0.25"},
    "mobilenet_v3": {"size": "32", "width": "0.25"},
    "preact_resnet": {"stages": "[(32, 2), (64, 2)]"},
    "pyramidnet": {"depth": "14"},
    "regnet": {"size": "32", "depths": "[1, 2]", "widths": "[16, 32]"},
    "repvgg": {"size": "32", "depths": "[1, 2]", "widths": "[8, 16]"},
    "resnest": {"size": "33", "depths": "[1, 2]", "stem": "8"},
    "resnet": {"size": "32", "depths": "[2, 1, 2]"},
    "resnet_cifar": {"depth": "14"},
    "shake_shake": {"width": "8"},
    "shufflenet_v2": {"size": "32", "widths": "[8, 16, 32]", "last": "16"},
    "squeezenet": {"size": "32", "classes": "10"},
    "swin": {"size": "32", "dim": "16", "depths": "[2, 1]", "heads": "[2, 4]", "window": "3"},
    "two_conv_cnn": {"channels": "25"},
    "unet_plus_plus": {"size": "16", "width": "2"},
    "unet": {"size": "16", "width": "4"},
    "wide_resnet": {"depth": "16", "width": "2", "p": "0.3"},
    "vit": {"size": "32", "dim": "24", "depth": "3", "heads": "3"},
}
PACKAGED = [path.stem for path in sorted(FOLDER.glob("*.net")) if "\nnet " in f"\n{path.read_text()}"]


def packaged(name: str) -> Network:
    if name == "vgg16_cifar":
        name = "vgg16_cifar.net:TruncatedVGG16"
    result = check_file(str(FOLDER / (name if ":" in name else f"{name}.net")), SMALL.get(name))
    assert result.network is not None, result.diagnostics
    return result.network


@pytest.mark.parametrize("name", [name for name in PACKAGED if name not in ("alexnet", "vgg")])
def test_packaged_networks_agree(name: str) -> None:
    assert_agree(packaged(name))


@pytest.mark.parametrize("name", TEXTS)
def test_hard_networks_agree(name: str) -> None:
    assert_agree(network_of(TEXTS[name]))


@pytest.mark.parametrize("name", NAMES)
def test_names_of_nets_hide_nothing(name: str) -> None:
    assert_agree(network_of(NAMED.format(name=name)))


@pytest.mark.parametrize("name", ["Graph", "Add", "Concat", "Module", "OrderedDict", "Conv2d"])
def test_a_name_that_the_source_needs_not_is_kept(name: str) -> None:
    assert class_of(network_of(NAMED.format(name=name))).__name__ == name


@pytest.mark.parametrize("name", [*PACKAGED, *TEXTS])
def test_rendering_says_the_same_each_time(name: str) -> None:
    first, second = (network_of(TEXTS[name]) if name in TEXTS else packaged(name) for _ in range(2))
    for standalone in (False, True):
        assert render(first, standalone=standalone) == render(second, standalone=standalone)
