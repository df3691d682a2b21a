"""What `inplace=true` may overwrite: the table says what torch does, and the check finds it before torch."""

from __future__ import annotations

import warnings

import pytest
import torch
from against_torch import net
from torch import nn

from netdsl.api import check
from netdsl.emit import instantiate
from netdsl.layers.declaration import ALWAYS, NEVER, Layer
from netdsl.layers.table import BUILT_IN
from netdsl.network import Network

LAYERS = [each for each in BUILT_IN.values() if isinstance(each, Layer)]
ABLE = [each for each in LAYERS if each.option("inplace") is not None]


def overwriting(network: Network, name: str) -> nn.Module:
    """A network's module, one layer of which overwrites what it is given though the check is not told so."""
    module = instantiate(network)
    layer = module.get_submodule(name)
    assert isinstance(layer, nn.ReLU | nn.Dropout)
    layer.inplace = True
    return module


def trained(module: nn.Module, shape: tuple[int, ...]) -> str:
    """What torch says of a step of training; nothing if it goes well."""
    inputs = torch.randn(2, *shape, requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            module.train()(inputs * 1.0).sum().backward()
        except RuntimeError as error:
            return str(error)
    return ""


@pytest.mark.parametrize("layer", LAYERS, ids=lambda each: each.name)
def test_what_a_gradient_needs_is_not_overwritten(layer: Layer) -> None:
    steps = layer.example.split(" -> ")
    last = max(number for number, step in enumerate(steps) if layer.name in step)
    head = "net Example {\n" + " -> ".join(steps[: last + 1])
    found = [each.code.id for each in check(head + "\nrelu(inplace=true)\n}").diagnostics]
    network = check(head + "\nrelu\n}").network
    assert network is not None
    behind = list(network.layers())[-1][0]
    raised = trained(overwriting(network, behind), network.input.shape) != ""
    assert raised == (layer.keeps == ALWAYS)
    assert found == (["E212"] if raised else [])


@pytest.mark.parametrize("layer", ABLE, ids=lambda each: each.name)
def test_what_an_overwriting_layer_made_is_not_overwritten_if_it_is_needed(layer: Layer) -> None:
    body = f"conv(4, 1) -> {layer.name}(inplace=true) -> relu(inplace=true)"
    found = [each.code.id for each in check(net((4, 3, 3), body)).diagnostics]
    network = check(net((4, 3, 3), f"conv(4, 1) -> {layer.name}(inplace=true) -> relu")).network
    assert network is not None
    assert trained(instantiate(network), network.input.shape) == ""
    assert found == (["E212"] if layer.keeps != NEVER else [])


@pytest.mark.parametrize("step", ["elu(-1.0, inplace=true)", "leaky_relu(-0.1, inplace=true)"])
def test_a_negative_slope_is_not_overwritten(step: str) -> None:
    assert [each.code.id for each in check(net((4, 3, 3), step)).diagnostics] == ["E206"]
    name, _, slope = step.partition("(")
    module = {"elu": nn.ELU, "leaky_relu": nn.LeakyReLU}[name](float(slope.partition(",")[0]), inplace=True)
    with pytest.raises(RuntimeError):
        module(torch.randn(2, 4, 3, 3, requires_grad=True) * 1.0).sum().backward()


# What others read, before and after, through views, branches and blocks.
NEEDED = [
    "conv(4, 1) as skip -> relu(inplace=true) -> conv(4, 1)\nadd(skip)",
    "conv(4, 1) -> residual { relu(inplace=true) -> conv(4, 1) }",
    "conv(4, 1) -> residual { conv(4, 1) } shortcut { relu(inplace=true) }",
    "conv(4, 1) -> residual { } shortcut { relu(inplace=true) }",
    "conv(4, 1) as skip -> flatten -> relu(inplace=true) -> reshape(4x3x3) -> conv(4, 1)\nmultiply(skip)",
    "conv(4, 1) as skip -> tokens -> identity -> relu(inplace=true) -> mean_tokens -> linear(36)\n"
    "reshape(4x3x3) -> concat(skip)",
    "conv(4, 1) as skip -> dropout(0.0) -> relu(inplace=true) -> conv(4, 1)\nadd(skip)",
    "conv(4, 1) as skip -> Overwrite -> conv(4, 1)\nadd(skip)",
    "conv(4, 1) -> add { branch { Overwrite } branch { conv(4, 1) } } as mix",
    "conv(4, 1) -> relu(inplace=true) -> dropout(0.5, inplace=true)",
    "conv(4, 1)\nconcat { branch { Overwrite } branch { channel_split(2) } branch { channel_split(2) } }",
    "conv(4, 1) -> channel_split(2, 1) -> relu(inplace=true)",
]


@pytest.mark.parametrize("body", NEEDED)
def test_what_is_needed_is_not_overwritten(body: str) -> None:
    text = net((4, 3, 3), *body.splitlines()) + "\nblock Overwrite { relu(inplace=true) }\n"
    found = check(text).diagnostics
    assert [each.code.id for each in found] == ["E212"]
    assert found[0].span is not None
    assert "inplace=true" in found[0].span.text
    # The fix mends it, and makes other numbers or lets training go on: so the finding was true.
    assert found[0].fix is not None
    edit = found[0].fix.edits[0]
    mended = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    network = check(mended).network
    assert network is not None
    module = instantiate(network)
    kind = "dropout" if "0.5" in body else "relu"
    other = overwriting(network, next(name for name, node in network.layers() if node.kind == kind))
    other.load_state_dict(module.state_dict())
    inputs = torch.randn(2, 4, 3, 3)
    torch.manual_seed(1)
    expected = module.train()(inputs)
    torch.manual_seed(1)
    try:
        made = other.train()(inputs)
        made.sum().backward()
    except RuntimeError:
        return
    assert not torch.allclose(made, expected)


@pytest.mark.parametrize("head", ["", "identity", "flatten -> linear(2)"])
def test_a_further_output_is_not_overwritten(head: str) -> None:
    found = check(
        net((4, 3, 3), "conv(4, 1)", f"output early {{ {head} }}", "relu(inplace=true) -> conv(4, 1)")
    )
    assert [each.code.id for each in found.diagnostics] == ["E212"]


@pytest.mark.parametrize(
    "body",
    [
        "conv(4, 1) -> bn -> relu(inplace=true) as skip -> conv(4, 1) -> bn\nadd(skip) -> relu(inplace=true)",
        "conv(4, 1) -> residual { bn -> relu(inplace=true) -> conv(4, 1) }",
        "conv(4, 1) -> residual { conv(4, 1) -> Overwrite } shortcut { conv(4, 1) -> Overwrite }",
        "conv(4, 1) as skip -> conv(4, 1) -> hardswish(inplace=true) -> silu(inplace=true)\nconcat(skip)",
        "conv(4, 1) -> flatten -> dropout(0.5, inplace=true) -> relu6(inplace=true) -> linear(2)",
        "relu(inplace=true) -> conv(4, 1)",
        "conv(4, 1) -> channel_split(2, 1) -> conv(4, 1) -> relu(inplace=true)",
    ],
)
def test_what_nothing_needs_may_be_overwritten(body: str) -> None:
    text = net((4, 3, 3), *body.splitlines()) + "\nblock Overwrite { relu(inplace=true) }\n"
    network = check(text).network
    assert network is not None
    assert trained(instantiate(network), network.input.shape) == ""
