"""Pools do what the table says, for any sizes and options."""

from __future__ import annotations

from against_torch import agree, maps, modest, rank_class, size
from hypothesis import given
from hypothesis import strategies as st


@st.composite
def pools(draw: st.DrawFn, name: str) -> tuple:
    shape = draw(maps(9))
    rank = len(shape) - 1
    optional = {"stride": st.one_of(st.none(), size(rank, 0, 5)), "ceil_mode": st.booleans()}
    required = {"kernel_size": size(rank, 1, 5)}
    if name != "lppool":
        optional["padding"] = size(rank, 0, 2)
    if name == "maxpool":
        optional["dilation"] = size(rank, 1, 3)
    if name == "avgpool":
        optional["count_include_pad"] = st.booleans()
        if rank > 1:
            optional["divisor_override"] = st.one_of(st.none(), st.integers(0, 4))
    if name == "lppool":
        required["norm_type"] = st.sampled_from([0, 0.5, 1, 1.5, 2, 3])
    return shape, draw(st.fixed_dictionaries(required, optional=optional))


@given(pools("maxpool"))
@modest
def test_maxpool(case: tuple) -> None:
    shape, options = case
    make = rank_class("MaxPool", shape)
    agree("maxpool", shape, options, lambda: make(**options), "kernel_size")


@given(pools("avgpool"))
@modest
def test_avgpool(case: tuple) -> None:
    shape, options = case
    make = rank_class("AvgPool", shape)
    agree("avgpool", shape, options, lambda: make(**options))


@given(pools("lppool"))
@modest
def test_lppool(case: tuple) -> None:
    shape, options = case
    make = rank_class("LPPool", shape)
    agree("lppool", shape, options, lambda: make(**options), "norm_type", "kernel_size")


@st.composite
def adaptive(draw: st.DrawFn) -> tuple:
    shape = draw(maps(9))
    return shape, draw(size(len(shape) - 1, 0, 12))


@given(adaptive(), st.sampled_from(["Max", "Avg"]))
@modest
def test_adaptive_pools(case: tuple, kind: str) -> None:
    shape, target = case
    make = rank_class(f"Adaptive{kind}Pool", shape)
    agree(f"{kind.lower()}pool", shape, {"adaptive": target}, lambda: make(target))
    whole = {"kernel_size": "global"}
    agree(f"{kind.lower()}pool", shape, whole, lambda: make(1), "kernel_size")
