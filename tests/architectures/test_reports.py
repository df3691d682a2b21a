"""Each network of the five reports equals the one written by hand: parameters and, to the bit, outputs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import pytest
import torch
from torch import nn

import netdsl
from conformance.zoo.compare import assert_same_network, count
from tests.architectures.references import report_000, report_001, report_002, report_003, report_004


class Row(NamedTuple):
    """A network of a report: what is compiled, what it must equal, and how many parameters both have."""

    report: str
    spec: str
    settings: dict[str, object]
    reference: Callable[[], nn.Module]
    parameters: int
    training: bool = True

    def __str__(self) -> str:
        inside = ",".join(f"{name}={value}" for name, value in self.settings.items())
        return f"{self.report} {self.spec}({inside})"


WIDE: dict[str, object] = {"filters": [64, 128, 256]}
WideThreeConv = partial(report_002.ThreeConv, (64, 128, 256))


def two_conv(section: str, channels: int, parameters: int) -> Row:
    """A row of report 000, sections 2.1 to 2.4."""
    reference = partial(report_000.TwoConvCNN, channels)
    return Row(f"000 section {section}", "two_conv_cnn", {"channels": channels}, reference, parameters)


def shake(spec: str, width: int, allocate: bool, parameters: int) -> Row:
    """A Shake-Shake network; only its evaluation can be compared, for its training draws at random."""
    reference = partial(report_003.ShakeShake26, width, allocate)
    return Row(
        "003 section III", f"shake_shake:{spec}", {"width": width}, reference, parameters, training=False
    )


ROWS = [
    Row("000 section 1", "default_cnn", {}, report_000.DefaultCNN, 296_130),
    two_conv("2.1", 25, 86_843),
    two_conv("2.3", 30, 103_968),
    two_conv("2.3", 40, 138_218),
    two_conv("2.4", 70, 240_968),
    two_conv("2.4", 100, 343_718),
    two_conv("2.4", 200, 686_218),
    two_conv("2.4", 300, 1_028_718),
    Row(
        "000 section 2.7",
        "two_conv_cnn",
        {"channels": 300, "hidden": [200, 50]},
        report_000.MoreLinearCNN,
        3_037_964,
    ),
    Row("000 section 2.8", "lenet5", {}, partial(report_000.LeNet5, False, False), 744_328),
    Row("000 section 2.8", "lenet5", {"final_act": True}, partial(report_000.LeNet5, False, True), 744_328),
    Row("000 section 2.8", "lenet5:ReportLeNet5", {}, partial(report_000.LeNet5, True, True), 744_328),
    Row("000 section 2.9", "lenet5_edited", {}, report_000.edited_three, 803_671),
    Row("000 section 2.9", "lenet5_edited:EditedLeNet5FourConv", {}, report_000.edited_four, 702_799),
    Row("000 section 2.9", "lenet5_edited:EditedLeNet5LatePool", {}, report_000.edited_late_pool, 1_635_919),
    Row("001 section 1.2", "conv_pairs", {}, partial(report_001.two_pairs, 0.0), 890_410),
    Row("001 section 1.3.5", "conv_pairs", {"p": 0.2}, partial(report_001.two_pairs, 0.2), 890_410),
    Row("001 section 1.3.5", "conv_pairs", {"p": 0.5}, partial(report_001.two_pairs, 0.5), 890_410),
    Row("001 section 1.3.5", "conv_pairs", {"p": 0.8}, partial(report_001.two_pairs, 0.8), 890_410),
    Row("001 section 1.3.7", "conv_pairs:EightConv", {}, report_001.eight_conv, 1_702_186),
    Row("002 section 2", "three_conv", {}, report_002.ThreeConv, 256_058),
    Row("002 section 3.1", "three_conv", WIDE, WideThreeConv, 903_818),
    Row(
        "002 section 3.1",
        "three_conv",
        {"hidden": [512, 128]},
        partial(report_002.ThreeConv, extra_fc=True),
        317_882,
    ),
    Row(
        "002 section 3.1",
        "three_conv",
        {**WIDE, "hidden": [512, 128]},
        partial(WideThreeConv, extra_fc=True),
        965_642,
    ),
    Row(
        "002 section 3.2",
        "three_conv",
        {**WIDE, "kernels": [7, 5, 3]},
        partial(WideThreeConv, (7, 5, 3), side=1),
        646_282,
    ),
    Row(
        "002 section 3.3",
        "three_conv",
        {**WIDE, "act": "leaky_relu"},
        partial(WideThreeConv, leaky=True),
        903_818,
    ),
    Row(
        "002 section 3.4",
        "three_conv",
        {**WIDE, "act": "leaky_relu", "p": 0.3},
        partial(WideThreeConv, leaky=True, p=0.3),
        903_818,
    ),
    Row(
        "002 section 3.5",
        "three_conv:BestThreeConv",
        {},
        partial(WideThreeConv, leaky=True, p=0.3, batch_norm=True),
        905_226,
    ),
    Row("003 section II", "six_conv", {}, report_003.SixConv, 307_498),
    Row("003 section II", "six_conv:RegularizedSixConv", {}, report_003.RegularizedSixConv, 308_394),
    # The paper's networks (it says 2.9, 11.7 and 26.2 million parameters) ...
    shake("ShakeShake26", 32, False, 2_923_146),
    shake("ShakeShake26", 64, False, 11_653_962),
    shake("ShakeShake26", 96, False, 26_192_906),
    # ... and with the parameters that the public implementation holds.
    shake("ShakeShake26PublicCode", 32, True, 2_989_002),
    shake("ShakeShake26PublicCode", 64, True, 11_914_698),
    shake("ShakeShake26PublicCode", 96, True, 26_777_546),
    Row("004", "conv_bn_dropout", {}, report_004.ConvBnDropout, 69_050),
    Row("004", "conv_bn_dropout", {"p": 0.0}, partial(report_004.ConvBnDropout, p=0.0), 69_050),
    Row(
        "004",
        "conv_bn_dropout",
        {"pooling": False},
        partial(report_004.ConvBnDropout, pooling=False),
        1_052_090,
    ),
    Row(
        "004",
        "conv_bn_dropout",
        {"batch_norm": False},
        partial(report_004.ConvBnDropout, batch_norm=False),
        69_018,
    ),
    Row("004", "vgg16_cifar:TruncatedVGG16", {}, report_004.truncated_vgg16, 1_999_242),
    Row(
        "004",
        "vgg16_cifar:NotebookTruncatedVGG16",
        {},
        report_004.notebook_truncated_vgg16,
        5_871_562,
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_equals_the_network_written_by_hand(row: Row) -> None:
    module, reference = netdsl.load(row.spec, **row.settings), row.reference()
    assert count(module) == count(reference) == row.parameters
    inputs = torch.randn(2, 3, 32, 32, dtype=torch.float64)
    assert_same_network(module, reference, inputs, training=row.training)


def test_vgg16_adapted_equals_the_network_written_by_hand() -> None:
    # 2.7 GB of weights: drawn once, as float64, and shared.
    with torch.device("meta"):
        module, reference = netdsl.load("vgg16_cifar"), report_004.VGG16Cifar().double()
    assert count(module) == count(reference) == 332_943_818
    reference.to_empty(device="cpu")
    for layer in reference.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear | nn.BatchNorm2d):
            layer.reset_parameters()
    assert_same_network(module, reference, torch.randn(2, 3, 32, 32, dtype=torch.float64))


@pytest.mark.parametrize("width", [32, 64])
def test_unused_shortcuts_change_no_output(width: int) -> None:
    module = netdsl.load("shake_shake", width=width)
    public = netdsl.load("shake_shake:ShakeShake26PublicCode", width=width)
    state = {key: value for key, value in public.state_dict().items() if "unused" not in key}
    assert list(state) == list(module.state_dict())
    module.load_state_dict(state)
    inputs = torch.randn(1, 3, 32, 32)
    with torch.inference_mode():
        assert torch.equal(module.eval()(inputs), public.eval()(inputs))
