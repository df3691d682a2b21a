"""What one position of a value sees of the input, also where positions were moved among channels."""

from __future__ import annotations

import pytest

from netdsl.api import check

PATCHES = "conv(8, 4, stride=4)"
GATE = "avgpool(global) -> reshape(2x4x1) -> reshape(8x1x1)"


@pytest.mark.parametrize(
    ("chain", "seen"),
    [
        ("conv(8, 3) -> maxpool(2) -> conv(4, 3) -> upsample(2) -> conv(4, 3)", (10, 10)),
        (f"{PATCHES} -> pad(1) -> conv(4, 3x1)", (12, 4)),
        # Each token is a position: a linear layer mixes its channels alone.
        (f"{PATCHES} -> tokens -> linear(5) -> relu", (4, 4)),
        # Each token is a channel, of which a linear layer mixes all positions.
        (f"{PATCHES} -> tokens(channels)", (4, 4)),
        (f"{PATCHES} -> tokens(channels) -> layer_scale -> linear(16)", (32, 32)),
        (f"{PATCHES} -> tokens -> permute([2, 1]) -> tokens(channels) -> linear(5)", (32, 32)),
        (f"{PATCHES} -> flatten(start_dim=2) -> tokens(channels) -> linear(5)", (32, 32)),
        (f"{PATCHES} -> flatten(start_dim=2) -> permute([2, 1]) -> conv(5, 1)", (32, 32)),
        # Turned twice, they stand where they were.
        (f"{PATCHES} -> tokens(channels) -> permute([2, 1]) -> tokens(channels) -> linear(5)", (4, 4)),
        (f"{PATCHES} -> tokens -> permute([2, 1]) -> conv(5, 1)", (4, 4)),
        (f"{PATCHES} -> tokens -> permute([2, 1]) -> reshape(8x8x8) -> conv(4, 3)", (12, 12)),
        # A row of positions is no map, and some of them among the channels are neither all nor none.
        (f"{PATCHES} -> tokens -> permute([2, 1]) -> conv(4, 3)", ()),
        (f"{PATCHES} -> reshape(8x4x16) -> conv(4, 3)", ()),
        (f"{PATCHES} -> reshape(4x16x8) -> relu", (4, 4)),
        (f"{PATCHES} -> reshape(4x16x8) -> conv(4, 1)", ()),
        (f"{PATCHES} -> reshape(4x16x8) -> conv(4, 1) -> tokens -> attention(2)", (32, 32)),
        (f"{PATCHES} -> permute([2, 1, 3]) -> residual {{ conv(8, 1) }}", ()),
        (f"{PATCHES} -> residual {{ permute([1, 3, 2]) }} -> conv(4, 3)", ()),
        # A gate of one position leaves the map that it weighs as it stands.
        (f"{PATCHES} -> multiply {{ branch {{ }} branch {{ {GATE} }} }} -> conv(4, 3)", (40, 40)),
    ],
)
def test_what_a_position_sees(chain: str, seen: tuple[int, ...]) -> None:
    checked = check(f"net Seeing {{\n input 3x32x32\n {chain}\n}}\n")
    assert checked.network is not None, checked.diagnostics
    *_, (_, layer) = checked.network.layers()
    assert layer.receptive_field == seen
