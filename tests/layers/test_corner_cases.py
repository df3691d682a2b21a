"""Corners of torch.nn that the table once had wrong, or easily could; and where it is stricter."""

from __future__ import annotations

import pytest
import torch
from against_torch import net, torch_output
from torch import nn

from netdsl.api import check
from netdsl.emit import instantiate

# The input, a step, torch's module, and the shape that both make (None where both refuse).
CORNERS = [
    # Windows that are only partly inside.
    ((1, 5), "maxpool(2, ceil_mode=true)", nn.MaxPool1d(2, ceil_mode=True), (1, 3)),
    ((1, 1), "maxpool(2, ceil_mode=true)", nn.MaxPool1d(2, ceil_mode=True), (1, 1)),
    ((1, 1), "maxpool(3, stride=1, ceil_mode=true)", nn.MaxPool1d(3, 1, ceil_mode=True), None),
    # The last window would start in the padding, and is dropped.
    (
        (1, 4),
        "maxpool(2, stride=3, padding=1, ceil_mode=true)",
        nn.MaxPool1d(2, 3, 1, ceil_mode=True),
        (1, 2),
    ),
    ((1, 2), "avgpool(1, stride=3, ceil_mode=true)", nn.AvgPool1d(1, 3, ceil_mode=True), (1, 1)),
    ((1, 3, 3), "avgpool(2, padding=1, ceil_mode=true)", nn.AvgPool2d(2, 2, 1, ceil_mode=True), (1, 2, 2)),
    ((1, 7), "lppool(2, 3, ceil_mode=true)", nn.LPPool1d(2, 3, ceil_mode=True), (1, 3)),
    # Means over three axes want a map as large as the kernel, whatever the padding and the mode.
    ((1, 1, 1, 1), "avgpool(2, ceil_mode=true)", nn.AvgPool3d(2, ceil_mode=True), None),
    ((1, 1, 2, 2), "avgpool(2, padding=1)", nn.AvgPool3d(2, padding=1), None),
    ((1, 1, 1, 1), "maxpool(2, ceil_mode=true)", nn.MaxPool3d(2, ceil_mode=True), (1, 1, 1, 1)),
    ((1, 2, 2, 1), "lppool(2, 2, ceil_mode=true)", nn.LPPool3d(2, 2, ceil_mode=True), None),
    # Padding below 0 cuts, but leaves something.
    ((1, 5, 5), "pad((-1, -3, 2, 0))", nn.ZeroPad2d((-1, -3, 2, 0)), (1, 7, 1)),
    ((1, 5), "pad((-2, -3))", nn.ZeroPad1d((-2, -3)), None),
    ((1, 5), "pad((-2, 4), reflect)", nn.ReflectionPad1d((-2, 4)), (1, 7)),
    # Half of the kernel, not of its dilated reach.
    ((1, 9), "maxpool(3, padding=2, dilation=3)", nn.MaxPool1d(3, 3, 2, 3), None),
    ((1, 9), "maxpool(3, padding=1, dilation=3)", nn.MaxPool1d(3, 3, 1, 3), (1, 2)),
    # `same` with an even reach pads one more on the far side.
    ((1, 5), "conv(1, 4, padding=same)", nn.Conv1d(1, 1, 4, padding="same"), (1, 5)),
    ((1, 5), "conv(1, 2, padding=same, dilation=3)", nn.Conv1d(1, 1, 2, padding="same", dilation=3), (1, 5)),
    ((1, 2), "conv(1, 9, padding=same)", nn.Conv1d(1, 1, 9, padding="same"), (1, 2)),
    (
        (1, 2),
        "conv(1, 4, padding=same, padding_mode=reflect)",
        nn.Conv1d(1, 1, 4, padding="same", padding_mode="reflect"),
        None,
    ),
    (
        (1, 2),
        "conv(1, 4, padding=same, padding_mode=circular)",
        nn.Conv1d(1, 1, 4, padding="same", padding_mode="circular"),
        (1, 2),
    ),
    (
        (1, 2),
        "conv(1, 3, padding=2, padding_mode=reflect)",
        nn.Conv1d(1, 1, 3, 1, 2, padding_mode="reflect"),
        None,
    ),
    # Output padding may reach as far as the dilation, too.
    (
        (1, 3),
        "conv_transpose(1, 2, output_padding=1, dilation=2)",
        nn.ConvTranspose1d(1, 1, 2, 1, 0, 1, dilation=2),
        (1, 6),
    ),
    ((1, 3), "conv_transpose(1, 2, output_padding=1)", nn.ConvTranspose1d(1, 1, 2, 1, 0, 1), None),
    ((1, 1), "conv_transpose(1, 1, padding=1)", nn.ConvTranspose1d(1, 1, 1, 1, 1), None),
    # Sizes are cut, in double precision.
    ((1, 10), "upsample(0.3)", nn.Upsample(scale_factor=0.3), (1, 3)),
    ((1, 3), "upsample(1.7)", nn.Upsample(scale_factor=1.7), (1, 5)),
    ((1, 3), "upsample(0.3)", nn.Upsample(scale_factor=0.3), None),
    ((1, 2, 2), "pad(2, reflect)", nn.ReflectionPad2d(2), None),
    ((1, 2, 2), "pad(2, circular)", nn.CircularPad2d(2), (1, 6, 6)),
    ((1, 2, 2), "pad(5, replicate)", nn.ReplicationPad2d(5), (1, 12, 12)),
    ((1, 2, 3), "pad([1, 0, 0, 2])", nn.ZeroPad2d((1, 0, 0, 2)), (1, 4, 4)),
    # What can't be normalized, or has no value.
    ((4, 1, 1), "instancenorm", nn.InstanceNorm2d(4), None),
    (
        (4, 1, 1),
        "instancenorm(track_running_stats=true)",
        nn.InstanceNorm2d(4, track_running_stats=True),
        None,
    ),
    ((4,), "bn(eps=0.0)", nn.BatchNorm1d(4, eps=0.0), None),
    ((4, 2), "instancenorm(eps=0.0)", nn.InstanceNorm1d(4, eps=0.0), (4, 2)),
    ((4,), "celu(0.0)", nn.CELU(0.0), None),
    ((4,), "prelu(init_value=0.1)", nn.PReLU(init=0.1), (4,)),
]


@pytest.mark.parametrize(("shape", "step", "module", "made"), CORNERS, ids=[case[1] for case in CORNERS])
def test_corner(shape: tuple[int, ...], step: str, module: nn.Module, made: tuple[int, ...] | None) -> None:
    expected = torch_output(lambda: module, shape)
    assert (None if expected is None else tuple(expected[1].shape[1:])) == made
    network = check(net(shape, step)).network
    assert (None if network is None else network.output.shape) == made
    if network is not None:
        assert repr(instantiate(network)[0]) == repr(module)


@pytest.mark.parametrize(("padding", "fits"), [("[4, -1]", True), ("[5, -1]", False), ("[-2, 4]", False)])
def test_circular_padding_goes_round_what_is_left(padding: str, fits: bool) -> None:
    """Beyond it torch gives what happened to lie in memory, and raises nothing."""
    result = check(net((6, 5), f"pad({padding}, mode=circular)"))
    assert [each.code.id for each in result.diagnostics] == ([] if fits else ["E209"])


def test_a_range_needs_a_value_in_it() -> None:
    with pytest.raises(AssertionError):
        nn.Hardtanh(1.0, 1.0)
    result = check(net((4,), "hardtanh(min_val=1)"))
    assert [each.code.id for each in result.diagnostics] == ["E206"]
    assert result.diagnostics[0].span is not None
    assert result.diagnostics[0].span.text == "min_val=1"


@pytest.mark.parametrize(
    "step", ["maxpool(2, adaptive=3)", "avgpool(global, adaptive=3)", "maxpool(3, adaptive=none)"]
)
def test_a_pool_has_a_window_or_a_size(step: str) -> None:
    wanted = [] if "none" in step else ["E206"]
    assert [each.code.id for each in check(net((4, 6, 6), step)).diagnostics] == wanted


def test_the_first_value_of_slopes_reaches_torch() -> None:
    network = check(net((3, 4), "prelu(channels, init_value=0.5)")).network
    assert network is not None
    assert torch.equal(instantiate(network)[0].weight, torch.full((3,), 0.5))


# Torch runs these; each is refused because it is nearly always a mistake.
STRICTER = [
    ((4, 3, 3), "linear(2)", nn.Linear(3, 2), "E201"),
    ((5, 3, 3), "channel_split(2)", nn.Identity(), "E205"),
    ((4, 4), "pixel_shuffle(2)", nn.Identity(), "E201"),
    ((4,), "celu(-1.0)", nn.CELU(-1.0), "E303"),
    ((4, 4), "softmax(dim=0)", nn.Softmax(0), "E208"),
    ((4, 4), "flatten(start_dim=0)", nn.Flatten(0), "E303"),
]


@pytest.mark.parametrize(("shape", "step", "module", "code"), STRICTER, ids=[case[1] for case in STRICTER])
def test_stricter_on_purpose(shape: tuple[int, ...], step: str, module: nn.Module, code: str) -> None:
    assert torch_output(lambda: module, shape) is not None
    assert [each.code.id for each in check(net(shape, step)).diagnostics] == [code]


def test_nothing_is_counted_for_additions_alone() -> None:
    network = check(net((3, 4, 4), "tokens -> class_token -> position_embedding")).network
    assert network is not None
    assert network.multiply_adds == 0
    assert network.parameter_count == 3 + 17 * 3


def test_a_number_is_one_of_float32() -> None:
    for number, codes in (("3.4e38", []), ("1e39", ["E303"]), ("-1e300", ["E303"])):
        assert [each.code.id for each in check(net((4,), f"softplus(beta={number})")).diagnostics] == codes
    with pytest.raises(RuntimeError):
        nn.Softplus(1e39)(torch.randn(2, 4))
    # Also where the option may be without one.
    (found,) = check(net((4,), "bn(momentum=1e300)")).diagnostics
    assert found.message == "`momentum` must be a number that float32 holds, up to 3.4e38"
