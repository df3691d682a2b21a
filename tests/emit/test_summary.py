"""The totals of `netdsl summary` are torchinfo's, and those of `netdsl shapes` are the same."""

from __future__ import annotations

from pathlib import Path

import pytest
import torchinfo

from netdsl.api import check_file
from netdsl.emit import instantiate
from netdsl.emit.summary import summarize

FOLDER = Path(__file__).parents[2] / "architectures"
# The reports' networks of convolutions, linear layers, norms and pools.
REPORTS = (
    "default_cnn", "two_conv_cnn", "lenet5", "lenet5:ReportLeNet5", "lenet5_edited",
    "conv_pairs", "conv_pairs:EightConv", "three_conv", "three_conv:BestThreeConv", "six_conv",
    "six_conv:RegularizedSixConv", "conv_bn_dropout", "vgg16_cifar:TruncatedVGG16",
)  # fmt: skip


@pytest.mark.parametrize("name", REPORTS)
def test_totals_are_torchinfos(name: str) -> None:
    file, _, net = name.partition(":")
    spec = str(FOLDER / f"{file}.net") + (f":{net}" if net else "")
    network = check_file(spec).network
    assert network is not None
    found = torchinfo.summary(
        instantiate(network), input_size=(1, *network.input.shape), device="cpu", verbose=0
    )
    assert found.total_params == network.parameter_count
    assert found.total_mult_adds == network.multiply_adds


def test_table_names_layers_and_totals() -> None:
    network = check_file(str(FOLDER / "lenet5.net")).network
    assert network is not None
    table = summarize(network, batch_size=3)
    assert "(conv1)" in table
    assert "[3, 10]" in table
    assert "Total params: 744,328" in table
    assert table == summarize(network, batch_size=3)
