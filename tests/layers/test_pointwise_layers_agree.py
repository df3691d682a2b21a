"""Normalizations, activations, linear layers and dropouts do what the table says."""

from __future__ import annotations

from functools import partial
from inspect import signature

import pytest
import torch
from against_torch import Shape, agree, maps, modest, net, rank_class
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from netdsl.api import check
from netdsl.emit import instantiate
from netdsl.nn import ChannelLayerNorm, DropPath, LayerScale, Scale, ShiftBatchNorm

ANY = st.lists(st.integers(1, 5), min_size=1, max_size=4).map(tuple)
EPS = st.sampled_from([0.0, 1e-5, 1e-3])
RUNNING = {
    "eps": EPS,
    "momentum": st.one_of(st.none(), st.floats(0, 1)),
    "affine": st.booleans(),
    "track_running_stats": st.booleans(),
}
P = st.sampled_from([-0.1, 0.0, 0.25, 1.0, 1.5])


@given(ANY, st.fixed_dictionaries({}, optional=RUNNING))
@modest
def test_bn(shape: Shape, options: dict) -> None:
    make = nn.BatchNorm1d if len(shape) == 1 else rank_class("BatchNorm", shape)
    agree("bn", shape, options, lambda: make(shape[0], **options))


@given(ANY, st.fixed_dictionaries({}, optional=RUNNING))
@modest
def test_bn_without_a_scale(shape: Shape, options: dict) -> None:
    kept = {name: value for name, value in options.items() if name != "affine"}
    own = options.get("affine", True)
    plain = nn.BatchNorm1d if len(shape) == 1 else rank_class("BatchNorm", shape)
    make = (
        partial(ShiftBatchNorm, shape[0], len(shape) - 1, **kept)
        if own
        else partial(plain, shape[0], **options)
    )
    agree("bn", shape, {**options, "scale": False}, make)


@given(ANY, st.one_of(P, st.integers(-3, 3)))
@modest
def test_scale(shape: Shape, factor: float) -> None:
    agree("scale", shape, {"factor": factor}, lambda: Scale(factor), "factor")


@given(maps(3), st.fixed_dictionaries({}, optional=RUNNING))
@modest
def test_instancenorm(shape: Shape, options: dict) -> None:
    make = rank_class("InstanceNorm", shape)
    agree("instancenorm", shape, options, lambda: make(shape[0], **options))


@given(ANY, st.integers(0, 4), st.fixed_dictionaries({}, optional={"eps": EPS, "affine": st.booleans()}))
@modest
def test_groupnorm(shape: Shape, groups: int, options: dict) -> None:
    agree(
        "groupnorm",
        shape,
        {"num_groups": groups, **options},
        lambda: nn.GroupNorm(groups, shape[0], **options),
        "num_groups",
    )


SCALES = {"eps": EPS, "elementwise_affine": st.booleans(), "bias": st.booleans()}


@given(ANY, st.fixed_dictionaries({}, optional=SCALES), st.booleans())
@modest
def test_layernorm(shape: Shape, options: dict, channels: bool) -> None:
    if channels and len(shape) > 1:
        given_options = {"over": "channels", **options}
        agree("layernorm", shape, given_options, lambda: ChannelLayerNorm(shape[0], **options), "over")
    else:
        agree("layernorm", shape, options, lambda: nn.LayerNorm(shape, **options))


@given(maps(4), st.integers(0, 7), st.fixed_dictionaries({}, optional={"alpha": EPS, "beta": EPS, "k": P}))
@modest
def test_local_response_norm(shape: Shape, size: int, options: dict) -> None:
    given_options = {"size": size, **options}
    agree("local_response_norm", shape, given_options, lambda: nn.LocalResponseNorm(size, **options))


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_local_response_norm_takes_any_layout_in_memory(axes: int) -> None:
    """Torch's own raises on three spatial axes that don't lie side by side."""
    sizes = (4, 3, 5, 6)[: axes + 1]
    order = range(1, axes + 2)
    network = check(net(sizes, f"permute({list(reversed(order))})", "local_response_norm(3)")).network
    assert network is not None
    x = torch.randn(2, *sizes)
    turned = x.permute(0, *reversed(order))
    expected = nn.LocalResponseNorm(3)(turned.contiguous())
    torch.testing.assert_close(instantiate(network)(x), expected)


@given(ANY, st.one_of(st.none(), st.integers(1, 5), st.integers(-5, -1)), st.booleans())
@modest
def test_softmax(shape: Shape, dim: int | None, logarithm: bool) -> None:
    name, make = ("log_softmax", nn.LogSoftmax) if logarithm else ("softmax", nn.Softmax)
    # Torch lets -1 - rank reach the batch, which is never meant.
    if dim is None or dim >= -len(shape):
        agree(name, shape, {"dim": dim}, lambda: make(1 if dim is None else dim))


@given(ANY, st.integers(0, 5), st.sampled_from([0.1, 0.25]))
@modest
def test_prelu(shape: Shape, slopes: int, init: float) -> None:
    agree("prelu", shape, {"num_parameters": slopes, "init_value": init}, lambda: nn.PReLU(slopes, init))


@given(st.one_of(st.tuples(st.integers(1, 5)), ANY), st.integers(0, 5), st.booleans())
@modest
def test_linear(shape: Shape, features: int, bias: bool) -> None:
    options = {"out_features": features, "bias": bias}
    agree("linear", shape, options, lambda: nn.Linear(shape[-1], features, bias), "out_features")


@given(ANY, P, st.booleans(), st.booleans())
@modest
def test_dropout(shape: Shape, p: float, spatial: bool, inplace: bool) -> None:
    whole = spatial and len(shape) > 1
    make = rank_class("Dropout", shape) if whole else nn.Dropout
    options = {"p": p, "inplace": inplace}
    agree("dropout", shape, {**options, "spatial": whole}, lambda: make(**options), "p")
    agree("alpha_dropout", shape, options, lambda: nn.AlphaDropout(**options))
    agree("drop_path", shape, {"p": p}, lambda: DropPath(p), "p")


@given(ANY, st.sampled_from([1e-6, 0.1, -1.0, 0.0]))
@modest
def test_layer_scale(shape: Shape, value: float) -> None:
    agree("layer_scale", shape, {"init_value": value}, lambda: LayerScale(shape[0], value), "init_value")


NUMBER = st.sampled_from([-1.5, -0.5, 0.0, 0.5, 1.0, 2.0])
ACTIVATIONS = {
    "relu": (nn.ReLU, {}),
    "relu6": (nn.ReLU6, {}),
    "leaky_relu": (nn.LeakyReLU, {"negative_slope": NUMBER}),
    "elu": (nn.ELU, {"alpha": NUMBER}),
    "selu": (nn.SELU, {}),
    "celu": (nn.CELU, {"alpha": NUMBER}),
    "gelu": (nn.GELU, {"approximate": st.sampled_from(["none", "tanh"])}),
    "silu": (nn.SiLU, {}),
    "mish": (nn.Mish, {}),
    "hardswish": (nn.Hardswish, {}),
    "hardsigmoid": (nn.Hardsigmoid, {}),
    "hardtanh": (nn.Hardtanh, {"min_val": NUMBER, "max_val": NUMBER}),
    "softplus": (nn.Softplus, {"beta": NUMBER, "threshold": NUMBER}),
    "sigmoid": (nn.Sigmoid, {}),
    "tanh": (nn.Tanh, {}),
    "identity": (nn.Identity, {}),
}


@st.composite
def activations(draw: st.DrawFn) -> tuple:
    name = draw(st.sampled_from(list(ACTIVATIONS)))
    make, options = ACTIVATIONS[name]
    inplace = {"inplace": st.booleans()} if "inplace" in signature(make).parameters else {}
    return name, draw(st.fixed_dictionaries({}, optional={**options, **inplace}))


@given(ANY, activations())
@modest
def test_activations(shape: Shape, case: tuple) -> None:
    name, options = case
    agree(name, shape, options, lambda: ACTIVATIONS[name][0](**options))
