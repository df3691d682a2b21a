"""Torchvision's models, imported: the same outputs, in few lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdsl.checker import check_source
from netdsl.comparison import compare
from netdsl.diagnostics.span import Source
from netdsl.importing.importer import import_model
from netdsl.importing.locate import locate
from netdsl.spec import check_file

GOLDEN = Path(__file__).parent / "golden"
SHAPE = (3, 64, 64)


def imported(name: str) -> str:
    model = locate(f"torchvision:{name}")
    return import_model(model.module, SHAPE, model.name, f"torchvision:{name}").text


@pytest.mark.parametrize("name", ["resnet18", "mobilenet_v3_small", "squeezenet1_1", "googlenet"])
def test_writes_exactly(name: str, bless: bool) -> None:
    made = imported(name)
    golden = GOLDEN / f"{name}.net"
    if bless:
        golden.write_text(made, encoding="utf-8")
    assert made == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "packaged", "settings"),
    [
        ("resnet18", "resnet:ResNet18", {"size": "64"}),
        ("resnet50", "resnet:ResNet50", {"size": "64"}),
        ("mobilenet_v2", "mobilenet_v2", {"size": "64"}),
        ("mnasnet0_5", "mnasnet:MNASNet0_5", {"size": "64"}),
        ("shufflenet_v2_x0_5", "shufflenet_v2:ShuffleNetV2X0_5", {"size": "64"}),
        ("efficientnet_b0", "efficientnet", {"size": "64"}),
        ("regnet_x_400mf", "regnet", {"size": "64"}),
        ("densenet121", "densenet", {"size": "64"}),
    ],
)
def test_is_the_packaged_network(name: str, packaged: str, settings: dict[str, str]) -> None:
    made = check_source(Source("imported.net", imported(name))).network
    known = check_file(packaged, settings).network
    assert made is not None
    assert known is not None
    # How a model's weights were started can't be seen in them.
    found = {(pair.status, *pair.reasons) for pair in compare(known, made).pairs}
    assert found <= {("same",), ("changed", "its weights start otherwise")}
