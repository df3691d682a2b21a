"""Networks that were exported and imported again: the same parameters, and a text nearly as short."""

from __future__ import annotations

from pathlib import Path

import onnx
import pytest
import torch
from torch import nn

from netdsl.emit import instantiate
from netdsl.emit.graph_formats import export_onnx
from netdsl.importing.onnx.importer import import_onnx
from netdsl.spec import check_file
from tests.importing import models

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.mark.parametrize(
    ("spec", "settings", "lines"),
    [
        ("lenet5", {}, 12),
        ("resnet:ResNet18", {"size": "32"}, 30),
        ("mobilenet_v2", {"size": "32"}, 40),
        ("squeezenet", {"size": "32"}, 25),
        ("shufflenet_v2:ShuffleNetV2X0_5", {"size": "32"}, 42),
        ("unet", {"size": "32"}, 26),
    ],
)
def test_comes_back(spec: str, settings: dict[str, str], lines: int, tmp_path: Path) -> None:
    network = check_file(spec, settings).network
    assert network is not None
    torch.manual_seed(0)
    module = instantiate(network)
    path = tmp_path / "model.onnx"
    export_onnx(network, path, module.state_dict())
    made = import_onnx(path, None, None, external=False)
    known, state = module.state_dict(), made.module().state_dict()
    counts = "num_batches_tracked"
    given = [value for name, value in known.items() if counts not in name]
    found = [value for name, value in state.items() if counts not in name]
    assert len(given) == len(found)
    assert all(torch.equal(a, b) for a, b in zip(given, found, strict=True))
    assert len(made.text.splitlines()) <= lines


@pytest.mark.parametrize("how", ["dynamo", "torchscript"])
def test_torch_exports(how: str, tmp_path: Path, bless: bool) -> None:
    pytest.importorskip("onnxscript")
    torch.manual_seed(0)
    path = tmp_path / "small.onnx"
    export(models.SmallResNet().eval(), path, how)
    made = import_onnx(path, None, "SmallResNet", external=False).text
    golden = GOLDEN / f"SmallResNet_{how}.net"
    if bless:
        golden.write_text(made, encoding="utf-8")
    assert made == golden.read_text(encoding="utf-8")


def export(module: nn.Module, path: Path, how: str) -> None:
    value = torch.zeros(2, 3, 16, 16)
    if how == "torchscript":
        torch.onnx.export(module, (value,), str(path), dynamo=False)
    else:
        torch.onnx.export(module, (value,), str(path), dynamo=True, external_data=False, verbose=False)


@pytest.fixture(scope="module")
def resnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    network = check_file("resnet:ResNet18", {"size": "32"}).network
    assert network is not None
    path = tmp_path_factory.mktemp("resnet") / "model.onnx"
    export_onnx(network, path)
    return path


def test_blocks_are_found_where_nothing_names_them(resnet: Path, tmp_path: Path) -> None:
    bare = onnx.load(resnet)
    for number, each in enumerate(bare.graph.node):
        del each.metadata_props[:]
        each.name = f"n{number}"
    path = tmp_path / "bare.onnx"
    onnx.save(bare, path)
    text = import_onnx(path, None, None, external=False).text
    assert "repeat 2 { Unit(64) }" in text
    assert "block Unit(channels, stride = 1)" in text


def test_our_export_keeps_batch_normalisation_and_no_biases(resnet: Path) -> None:
    nodes = onnx.load(resnet).graph.node
    assert sum(each.op_type == "BatchNormalization" for each in nodes) == 20
    assert all(len([name for name in each.input if name]) == 2 for each in nodes if each.op_type == "Conv")
