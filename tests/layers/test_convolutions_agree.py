"""Convolutions do what the table says, for any sizes and options."""

from __future__ import annotations

from against_torch import agree, maps, modest, rank_class, size
from hypothesis import given
from hypothesis import strategies as st

MODES = st.sampled_from(["zeros", "reflect", "replicate", "circular"])


def paddings(rank: int) -> st.SearchStrategy[int | str | tuple[int, ...]]:
    """Numbers, and the words for them."""
    return st.one_of(size(rank, 0, 3), st.just(-1), st.sampled_from(["same", "valid"]))


@st.composite
def convolutions(draw: st.DrawFn) -> tuple:
    shape = draw(maps())
    rank = len(shape) - 1
    optional = {
        "stride": size(rank, 0, 3),
        "padding": paddings(rank),
        "dilation": size(rank, 1, 3),
        "groups": st.integers(0, 4),
        "bias": st.booleans(),
        "padding_mode": MODES,
    }
    required = {"out_channels": st.integers(0, 6), "kernel_size": size(rank, 1, 5)}
    return shape, draw(st.fixed_dictionaries(required, optional=optional))


@given(convolutions())
@modest
def test_conv(case: tuple) -> None:
    shape, options = case
    make = rank_class("Conv", shape)
    agree("conv", shape, options, lambda: make(shape[0], **options), "out_channels", "kernel_size")


@st.composite
def same_convolutions(draw: st.DrawFn) -> tuple:
    shape = draw(maps(channels=st.just(1)))
    rank = len(shape) - 1
    return shape, {
        "out_channels": 1,
        "kernel_size": draw(size(rank, 1, 6)),
        "padding": "same",
        "dilation": draw(size(rank, 1, 3)),
        "padding_mode": draw(MODES),
    }


@given(same_convolutions())
@modest
def test_conv_that_keeps_the_size(case: tuple) -> None:
    shape, options = case
    make = rank_class("Conv", shape)
    agree("conv", shape, options, lambda: make(shape[0], **options))


@st.composite
def depthwise(draw: st.DrawFn) -> tuple:
    shape = draw(maps())
    rank = len(shape) - 1
    optional = {
        "multiplier": st.integers(1, 3),
        "stride": size(rank, 1, 3),
        "padding": paddings(rank),
        "dilation": size(rank, 1, 2),
        "bias": st.booleans(),
        "padding_mode": MODES,
    }
    return shape, draw(st.fixed_dictionaries({"kernel_size": size(rank, 1, 4)}, optional=optional))


@given(depthwise())
@modest
def test_depthwise(case: tuple) -> None:
    shape, options = case
    make = rank_class("Conv", shape)
    known = {name: value for name, value in options.items() if name != "multiplier"}
    channels = shape[0]
    out_channels = channels * options.get("multiplier", 1)
    agree("depthwise", shape, options, lambda: make(channels, out_channels, groups=channels, **known))


@st.composite
def transposed(draw: st.DrawFn) -> tuple:
    shape = draw(maps(5))
    rank = len(shape) - 1
    optional = {
        "stride": size(rank, 1, 3),
        "padding": size(rank, 0, 3),
        "output_padding": size(rank, 0, 3),
        "groups": st.integers(1, 3),
        "bias": st.booleans(),
        "dilation": size(rank, 1, 3),
        "padding_mode": st.sampled_from(["zeros", "reflect"]),
    }
    required = {"out_channels": st.integers(1, 6), "kernel_size": size(rank, 1, 4)}
    return shape, draw(st.fixed_dictionaries(required, optional=optional))


@given(transposed())
@modest
def test_conv_transpose(case: tuple) -> None:
    shape, options = case
    make = rank_class("ConvTranspose", shape)
    agree("conv_transpose", shape, options, lambda: make(shape[0], **options), "out_channels", "kernel_size")
