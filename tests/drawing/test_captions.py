"""What a box says is the call as a `.net` file writes it."""

from __future__ import annotations

import pytest

from netdsl.comparison.captions import changed_call
from netdsl.drawing.captions import MINOR, call
from netdsl.layers.declaration import Layer
from netdsl.layers.outcome import Constructor
from netdsl.layers.table import BUILT_IN
from netdsl.layers.tensor import TOKENS, TensorType
from netdsl.network.nodes import LayerNode, Network
from tests.drawing.nets import checked

LINES = (
    *(declaration.example for declaration in BUILT_IN.values()),
    "input 4x8x8\navgpool(global) -> maxpool(global) -> conv(2, 1x3, padding=0x1)",
    "input 4x8x8\navgpool(adaptive=7) -> maxpool(adaptive=3x2) -> maxpool(2, stride=1, padding=1)",
    "input 4x8x8\ndepthwise(3) -> dropout(0.2, spatial=true) -> pad([-1, 2, 0, -3]) -> tokens(channels)",
    "input 6x5x4\nprelu(channels) -> layernorm(channels) -> window_attention(3, 4, shift_size=2)",
    "input 4x4x4\nresidual(drop_path=0.25) { conv(4, 1) } -> permute([3, 1, 2]) -> reshape(8x8)",
)


def only(lines: str) -> Network:
    return checked(f"net Only {{\n{lines}\n}}\n")


def last(lines: str) -> LayerNode:
    """The last layer of these lines."""
    return list(only(lines).layers())[-1][1]


def made_again(layer: LayerNode, given: TensorType) -> Constructor:
    """The call of the layer that its caption makes of the same input."""
    if given.layout == TOKENS:
        count, features = given.shape
        return last(f"input {features}x{count}x1\ntokens -> {call(layer)}").constructor
    return last(f"input {given}\n{call(layer)}").constructor


def test_a_caption_makes_its_layer_again() -> None:
    for network in map(only, LINES):
        types = [network.input]
        for node in network.root.nodes:
            given = types[node.inputs[0]]
            types.append(node.output)
            # A number is rounded to be read.
            is_layer = isinstance(BUILT_IN.get(node.kind), Layer) and node.kind != "scale"
            if isinstance(node, LayerNode) and is_layer:
                kept = tuple(each for each in node.constructor.keywords if each[0] not in MINOR)
                assert made_again(node, given) == node.constructor.replace(keywords=kept), call(node)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("avgpool(global)", "avgpool(1, stride=2)", "avgpool(global) -> avgpool(1, stride=2)"),
        ("avgpool(global)", "avgpool(adaptive=7)", "avgpool(global) -> avgpool(adaptive=7)"),
        ("avgpool(adaptive=7)", "avgpool(adaptive=4)", "avgpool(adaptive=7 -> 4)"),
        ("maxpool(2)", "maxpool(3, ceil_mode=true)", "maxpool(2 -> 3, ceil_mode=false -> true)"),
        ("tokens(channels)", "tokens", "tokens(channels) -> tokens"),
    ],
)
def test_what_changed_is_said_as_a_file_writes_it(before: str, after: str, expected: str) -> None:
    layers = [last(f"input 4x8x8\n{each}") for each in (before, after)]
    assert changed_call(*layers) == expected
