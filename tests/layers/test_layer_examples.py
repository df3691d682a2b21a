"""Each layer's own example builds, and its shape, parameters and multiply-adds are the real ones."""

from __future__ import annotations

from math import prod

import pytest
import torch
import torchinfo
from torch import nn

from netdsl.api import check
from netdsl.emit import instantiate
from netdsl.layers.table import BUILT_IN
from netdsl.network.nodes import LayerNode, Network
from netdsl.nn import WindowAttention

TOKENS = "input 3x32x32\nconv(64, 4, stride=4) -> tokens"
MORE = (
    "input 4x9\nconv(6, 3, groups=2, bias=false) -> conv_transpose(4, 3, stride=2)",
    "input 4x9x7\nconv_transpose(6, 3x2, stride=2, groups=2, output_padding=1) -> bn(affine=false)",
    "input 2x5x6x7\ndepthwise(3, multiplier=2) -> conv_transpose(3, 2, bias=false) -> bn",
    "input 6x5x4\nprelu(channels) -> groupnorm(3) -> layernorm(channels) -> layer_scale -> layernorm",
    "input 6x5x4\ninstancenorm(affine=true) -> layernorm(bias=false) -> flatten -> bn -> linear(3)",
    "input 3x9x9\nshift_shortcut(6, stride=2) -> pixel_unshuffle(5) -> upsample(size=3x4)",
    "input 6x9x5\nwindow_attention(2, grid=true) -> window_attention(3, 4, shift_size=2, cosine=true)",
    "input 6x9x5\npatch_merge -> window_attention(4, 3x2, shift_size=1x0, bias=false)",
    "input 6x5x4\nbn(scale=false) -> pad_channels(9) -> scale(2) -> pad((-1, 2, 0, -3)) -> flatten",
    "input 6x5\nbn(scale=false, momentum=none) -> flatten -> bn(scale=false, eps=1e-3)",
    "input 6x5x4\ntokens(channels) -> linear(7) -> layernorm",
    f"{TOKENS} -> class_token -> position_embedding -> attention(4, bias=false) -> layer_scale -> layernorm",
    f"{TOKENS} -> linear(7, bias=false) -> linear(9) -> mean_tokens -> linear(2)",
    "input 16x8x8\nresidual(drop_path=0.2) { conv(16, 3, padding=1) -> bn } shortcut { conv(16, 1) }",
)
EXAMPLES = [declaration.example for declaration in BUILT_IN.values()]


def network_of(lines: str) -> Network:
    """The checked network of these lines."""
    result = check("net Example {\n" + lines + "\n}")
    assert result.diagnostics == (), result.diagnostics
    assert result.network is not None
    return result.network


@pytest.fixture(params=[*EXAMPLES, *MORE], ids=[*BUILT_IN, *(f"more{n}" for n in range(len(MORE)))])
def network(request: pytest.FixtureRequest) -> Network:
    """Every example, checked without any finding."""
    return network_of(request.param)


def test_every_layer_stands_in_its_own_example() -> None:
    for name, declaration in BUILT_IN.items():
        kinds = {node.kind for _, node in network_of(declaration.example).layers()}
        assert name in kinds, name


def test_every_value_has_the_predicted_shape(network: Network) -> None:
    module = instantiate(network).eval()
    seen: dict[str, tuple[int, ...]] = {}
    for name, _ in network.layers():
        module.get_submodule(name).register_forward_hook(
            lambda _module, _inputs, output, name=name: seen.update({name: tuple(output.shape[1:])})
        )
    output = module(torch.randn(2, *network.input.shape))
    assert tuple(output.shape[1:]) == network.output.shape
    assert seen == {name: node.output.shape for name, node in network.layers()}


def test_parameters_are_named_and_shaped_as_predicted(network: Network) -> None:
    module = instantiate(network)
    for name, node in network.layers():
        own = {key: tuple(value.shape) for key, value in module.get_submodule(name).named_parameters()}
        assert own == dict(node.parameters), name
    assert network.parameter_count == sum(parameter.numel() for parameter in module.parameters())


def test_a_layer_is_its_constructor(network: Network) -> None:
    module = instantiate(network)
    for name, node in network.layers():
        made = type(module.get_submodule(name))
        package = "torch.nn" if made.__module__.startswith("torch.nn") else "netdsl.nn"
        assert node.constructor.target == f"{package}.{made.__name__}"


def inputs_of(network: Network) -> dict[str, tuple[int, ...]]:
    """The shape that flows into each layer, taken from a run."""
    module = instantiate(network).eval()
    seen: dict[str, tuple[int, ...]] = {}
    for name, _ in network.layers():
        module.get_submodule(name).register_forward_pre_hook(
            lambda _module, inputs, name=name: seen.update({name: tuple(inputs[0].shape[1:])})
        )
    module(torch.randn(2, *network.input.shape))
    return seen


def counted(node: LayerNode, module: nn.Module, shape: tuple[int, ...]) -> int:
    """Multiply-adds as torchinfo counts them, put right where it is plainly wrong."""
    sizes = dict(node.parameters)
    if isinstance(module, nn.modules.conv._ConvTransposeNd):
        # A weight is used once for each INPUT position (torchinfo: output), a bias for each output.
        bias = prod(node.output.shape) if "bias" in sizes else 0
        return prod(sizes["weight"]) * prod(shape[1:]) + bias
    if isinstance(module, nn.Linear) and len(shape) > 1:
        # The matrix is applied to each token (torchinfo: once).
        return shape[0] * sum(prod(size) for size in sizes.values())
    if isinstance(module, nn.MultiheadAttention):
        # Projections of each token, queries times keys, and weights times values (torchinfo: none).
        tokens, features = shape
        return tokens * sum(prod(size) for size in sizes.values()) + 2 * tokens * tokens * features
    if isinstance(module, WindowAttention):
        # The same within each window, the padding included; the bias of positions is an addition alone.
        features, *spatial = shape
        window = prod(module.window_size)
        tokens = window * prod(-(-size // w) for size, w in zip(spatial, module.window_size, strict=True))
        matrices = sum(prod(size) for name, size in sizes.items() if name.startswith(("qkv", "proj")))
        return tokens * matrices + 2 * tokens * window * features
    summary = torchinfo.summary(module, (1, *shape), verbose=0, mode="eval")
    return int(summary.total_mult_adds)


def test_multiply_adds_are_those_of_torchinfo(network: Network) -> None:
    module, shapes = instantiate(network), inputs_of(network)
    for name, node in network.layers():
        if BUILT_IN[node.kind].family == "merge":
            assert node.multiply_adds == 0
            continue
        layer = module.get_submodule(name)
        assert node.multiply_adds == counted(node, layer, shapes[name]), name


def test_tokens_hold_their_features_in_the_last_axis() -> None:
    network = network_of(f"{TOKENS} -> linear(7)")
    assert network.output.shape == (64, 7)
