"""Each network of the five reports equals the one written by hand: parameters and, to the bit, outputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
import torch
from torch import nn

import netdsl
from tests.architectures.compare import assert_same_network
from tests.architectures.references import reports


class Row(NamedTuple):
    """A row: what is compiled, what it must equal, and how many parameters both have."""

    spec: str
    settings: dict[str, object]
    reference: Callable[[], nn.Module]
    parameters: int | None

    def __str__(self) -> str:
        inside = ",".join(f"{name}={value}" for name, value in self.settings.items())
        return f"{self.spec}({inside})"


def two_conv(channels: int, parameters: int) -> Row:
    """A row of report 000, sections 2.1 to 2.4."""
    return Row("two_conv_cnn", {"channels": channels}, lambda: reports.TwoConvCNN(channels, [64]), parameters)


FOUR = [18, 54, 108, 216]
ROWS = [
    Row("default_cnn", {}, reports.DefaultCNN, 296_130),
    *(
        two_conv(channels, 504 + 18 * channels * 16 + channels + (channels * 49 + 1) * 64 + 650)
        for channels in (30, 40, 70, 100, 200, 300)
    ),
    two_conv(25, 86_843),
    Row(
        "two_conv_cnn",
        {"channels": 300, "hidden": [200, 50]},
        lambda: reports.TwoConvCNN(300, [200, 50]),
        3_037_964,
    ),
    Row("lenet5", {}, lambda: reports.LeNet5(conv_relu=False, last_relu=False), 744_328),
    Row("lenet5", {"final_act": True}, lambda: reports.LeNet5(conv_relu=False, last_relu=True), 744_328),
    Row("lenet5:ReportLeNet5", {}, lambda: reports.LeNet5(conv_relu=True, last_relu=True), 744_328),
    Row("lenet5_edited", {}, lambda: reports.EditedLeNet5(FOUR[:3], True), 803_671),
    Row("lenet5_edited:EditedLeNet5FourConv", {}, lambda: reports.EditedLeNet5(FOUR, True), 702_799),
    Row("lenet5_edited:EditedLeNet5LatePool", {}, lambda: reports.EditedLeNet5(FOUR, False), 1_635_919),
    *(
        Row("conv_pairs", {"p": p}, lambda p=p: reports.conv_pairs([32, 64], 0, p), 890_410)  # type: ignore[misc]
        for p in (0.0, 0.2, 0.5, 0.8)
    ),
    Row("conv_pairs:EightConv", {}, lambda: reports.conv_pairs([32, 64, 128, 256], 1, 0.2), 1_702_186),
    Row("three_conv", {}, reports.ThreeConv, 256_058),
    Row("three_conv", {"filters": [64, 128, 256]}, lambda: reports.ThreeConv((64, 128, 256)), 903_818),
    Row("three_conv", {"hidden": [512, 128]}, lambda: reports.ThreeConv(extra_fc=True), None),
    Row(
        "three_conv",
        {"filters": [64, 128, 256], "kernels": [7, 5, 3]},
        lambda: reports.ThreeConv((64, 128, 256), (7, 5, 3)),
        None,
    ),
    Row(
        "three_conv",
        {"filters": [64, 128, 256], "act": "leaky_relu"},
        lambda: reports.ThreeConv((64, 128, 256), leaky=True),
        903_818,
    ),
    Row(
        "three_conv",
        {"filters": [64, 128, 256], "act": "leaky_relu", "p": 0.3},
        lambda: reports.ThreeConv((64, 128, 256), leaky=True, p=0.3),
        903_818,
    ),
    Row(
        "three_conv:BestThreeConv",
        {},
        lambda: reports.ThreeConv((64, 128, 256), leaky=True, p=0.3, batch_norm=True),
        903_818 + 2 * (64 + 128 + 512),
    ),
    Row("six_conv", {}, lambda: reports.SixConv(regularized=False), 307_498),
    Row("six_conv:RegularizedSixConv", {}, lambda: reports.SixConv(regularized=True), 308_394),
    # The paper's networks (it says 11.7, 2.9 and 26.2 million) ...
    Row("shake_shake", {}, lambda: reports.shake_shake(64, False), 11_653_962),
    Row("shake_shake", {"width": 32}, lambda: reports.shake_shake(32, False), 2_923_146),
    Row("shake_shake", {"width": 96}, lambda: reports.shake_shake(96, False), 26_192_906),
    # ... and with the shortcuts that the public implementation allocates in every unit.
    Row("shake_shake", {"every_shortcut": True}, lambda: reports.shake_shake(64, True), 11_914_698),
    Row(
        "shake_shake", {"every_shortcut": True, "width": 32}, lambda: reports.shake_shake(32, True), 2_989_002
    ),
    Row(
        "shake_shake",
        {"every_shortcut": True, "width": 96},
        lambda: reports.shake_shake(96, True),
        26_777_546,
    ),
    Row("conv_bn_dropout", {}, reports.ConvBnDropout, 69_050),
    Row("conv_bn_dropout", {"p": 0.0}, lambda: reports.ConvBnDropout(p=0.0), 69_050),
    Row("conv_bn_dropout", {"pooling": False}, lambda: reports.ConvBnDropout(pooling=False), None),
    Row("conv_bn_dropout", {"batch_norm": False}, lambda: reports.ConvBnDropout(batch_norm=False), 69_018),
    Row("vgg16_cifar:TruncatedVGG16", {}, reports.truncated_vgg16, 1_999_242),
]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_equals_the_network_written_by_hand(row: Row) -> None:
    module = netdsl.load(row.spec, **row.settings)
    reference = row.reference()
    assert_same_network(module, reference, torch.randn(2, 3, 32, 32, dtype=torch.float64))
    if row.parameters is not None:
        assert sum(p.numel() for p in module.parameters()) == row.parameters


def test_vgg16_adapted_equals_the_network_written_by_hand() -> None:
    # 333 million parameters: built once without memory for its count, once small in the linear layers' place.
    with torch.device("meta"):
        counted = sum(p.numel() for p in reports.vgg16_cifar().parameters())
        module = netdsl.load("vgg16_cifar")
    assert sum(p.numel() for p in module.parameters()) == counted == 332_943_818
    shapes = [tuple(p.shape) for p in module.state_dict().values()]
    with torch.device("meta"):
        assert shapes == [tuple(p.shape) for p in reports.vgg16_cifar().state_dict().values()]


def test_vgg16_adapted_gives_the_same_output() -> None:
    module, reference = netdsl.load("vgg16_cifar").float(), reports.vgg16_cifar()
    assert_same_network(module, reference, torch.randn(1, 3, 32, 32))
