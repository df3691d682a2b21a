"""Every file checks clean and is documented, every recipe holds; U-Net and squeeze-and-excitation."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torchvision.ops import SqueezeExcitation

import netdsl
from conformance.zoo.compare import assert_same_network
from netdsl.api import check_file
from netdsl.training import load_recipe
from tests.architectures.references.unet import UNet

FOLDER = Path(__file__).parents[2] / "architectures"
FILES = sorted(FOLDER.glob("*.net"))
RECIPES = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_checks_clean_and_documents_its_nets(path: Path) -> None:
    result = check_file(str(path), every=True)
    assert result.diagnostics == ()
    for network in result.networks:
        # `netdsl list` shows the first line: it is a sentence.
        assert network.doc.splitlines()[0].endswith("."), network.name


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_recipe_holds_and_stands_beside_its_network(path: Path) -> None:
    recipe, diagnostics = load_recipe(path.read_text(encoding="utf-8"), str(path))
    assert recipe is not None
    assert diagnostics == []
    assert path.with_suffix(".net") in FILES


def test_unet_equals_the_network_written_by_hand() -> None:
    module = netdsl.load("unet", width=8, size=48, classes=3)
    inputs = torch.randn(2, 3, 48, 48, dtype=torch.float64)
    assert_same_network(module, UNet(8, 3), inputs)


def test_squeeze_excite_equals_torchvision(tmp_path: Path) -> None:
    file = tmp_path / "one.net"
    file.write_text('use "squeeze_excite.net"\n\nnet One {\n    input 16x8x8\n    SqueezeExcite(4)\n}\n')
    inputs = torch.randn(2, 16, 8, 8, dtype=torch.float64)
    assert_same_network(netdsl.load(file), SqueezeExcitation(16, 4), inputs)
