"""Padding, resizing and rearranging do what the table says, for any sizes and options."""

from __future__ import annotations

from math import prod

from against_torch import Shape, agree, maps, modest, rank_class, size
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from netdsl.nn import ChannelSplit, PadChannels, Permute, Reshape

PADS = {
    "zero": "ZeroPad",
    "reflect": "ReflectionPad",
    "replicate": "ReplicationPad",
    "circular": "CircularPad",
}
SCALED = ("nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear")


def values(most: int = 5) -> st.SearchStrategy[Shape]:
    """Shapes of vectors and maps."""
    return st.lists(st.integers(1, most), min_size=1, max_size=4).map(tuple)


@st.composite
def pads(draw: st.DrawFn) -> tuple:
    shape = draw(maps(5))
    sides = 2 * (len(shape) - 1)
    amount = st.integers(-3, 5)
    amounts = st.one_of(amount, st.tuples(*[amount] * sides), st.tuples(*[amount] * 3))
    return shape, draw(amounts), draw(st.sampled_from(list(PADS)))


@given(pads())
@modest
def test_pad(case: tuple) -> None:
    shape, padding, mode = case
    make = rank_class(PADS[mode], shape)
    agree("pad", shape, {"padding": padding, "mode": mode}, lambda: make(padding), "padding", "mode")


@st.composite
def upsamples(draw: st.DrawFn) -> tuple:
    shape = draw(maps(7))
    rank = len(shape) - 1
    fitting = {1: ["linear"], 2: ["bilinear", "bicubic"], 3: ["trilinear"]}[rank]
    factor = st.one_of(st.integers(0, 4), st.floats(0.05, 4), st.sampled_from([0.1, 0.3, 1.1, 1.7, 2.5]))
    anything = {
        "scale_factor": factor,
        "size": size(rank, 0, 9),
        "mode": st.sampled_from(SCALED),
        "align_corners": st.booleans(),
    }
    smooth = {"mode": st.sampled_from(fitting), "align_corners": st.booleans()}
    options = st.one_of(
        st.fixed_dictionaries({}, optional=anything),
        st.fixed_dictionaries({"scale_factor": factor}, optional=smooth),
        st.fixed_dictionaries({"size": size(rank, 1, 9)}, optional=smooth),
    )
    return shape, draw(options)


@given(upsamples())
@modest
def test_upsample(case: tuple) -> None:
    shape, options = case
    # Of nearest neighbours torch wants to hear nothing of corners, not even `false`.
    known = {name: value for name, value in options.items() if value is not False}
    agree("upsample", shape, options, lambda: nn.Upsample(**known))


MOSTLY_FLAT = st.one_of(maps(6), st.tuples(st.sampled_from([1, 4, 8, 9, 16, 18]), *[st.integers(1, 6)] * 2))


@given(MOSTLY_FLAT, st.integers(0, 3))
@modest
def test_pixel_shuffle(shape: Shape, factor: int) -> None:
    agree(
        "pixel_shuffle", shape, {"upscale_factor": factor}, lambda: nn.PixelShuffle(factor), "upscale_factor"
    )


@given(MOSTLY_FLAT, st.integers(0, 3))
@modest
def test_pixel_unshuffle(shape: Shape, factor: int) -> None:
    agree("pixel_unshuffle", shape, {"downscale_factor": factor}, lambda: nn.PixelUnshuffle(factor))


@given(values(), st.integers(1, 5), st.integers(-5, 5))
@modest
def test_flatten(shape: Shape, start: int, end: int) -> None:
    agree("flatten", shape, {"start_dim": start, "end_dim": end}, lambda: nn.Flatten(start, end))


@st.composite
def reshapes(draw: st.DrawFn) -> tuple:
    shape = draw(values())
    target = list(draw(st.permutations(shape)))
    for _ in range(draw(st.integers(0, 2))):
        target[draw(st.integers(0, len(target) - 1))] = draw(st.sampled_from([-1, -1, 0, 1, 2]))
    if draw(st.booleans()):
        target = [target[0], prod(target[1:])] if min(target) > 0 else [*target, 1]
    return shape, tuple(target)


@given(reshapes())
@modest
def test_reshape(case: tuple) -> None:
    shape, target = case
    if len(target) > 1:
        agree("reshape", shape, {"shape": target}, lambda: Reshape(*target), "shape")


@st.composite
def permutations(draw: st.DrawFn) -> tuple:
    shape = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4).map(tuple))
    axes = range(1, len(shape) + 1)
    wrong = st.tuples(*[st.integers(1, len(shape) + 1)] * len(shape))
    return shape, draw(st.one_of(st.permutations(axes).map(tuple), wrong))


@given(permutations())
@modest
def test_permute(case: tuple) -> None:
    shape, dims = case
    agree("permute", shape, {"dims": dims}, lambda: Permute(*(dim - 1 for dim in dims)), "dims")


@given(maps(3, st.integers(1, 12)), st.integers(0, 5))
@modest
def test_channel_shuffle(shape: Shape, groups: int) -> None:
    agree("channel_shuffle", shape, {"groups": groups}, lambda: nn.ChannelShuffle(groups), "groups")


@given(maps(3, st.integers(1, 12)), st.integers(1, 4), st.integers(0, 4))
@modest
def test_channel_split(shape: Shape, parts: int, index: int) -> None:
    options = {"parts": parts, "index": index}
    agree("channel_split", shape, options, lambda: ChannelSplit(parts, index), "parts", "index")


@given(maps(3, st.integers(1, 6)), st.integers(0, 9))
@modest
def test_pad_channels(shape: Shape, channels: int) -> None:
    agree("pad_channels", shape, {"out_channels": channels}, lambda: PadChannels(channels), "out_channels")


@given(maps(4))
@modest
def test_tokens_of_channels(shape: Shape) -> None:
    agree("tokens", shape, {"over": "channels"}, lambda: nn.Flatten(2), "over")
