"""Attention within windows and the joining of patches equal what is written out, and torchvision's."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torchvision.models.maxvit import PartitionAttentionLayer
from torchvision.models.swin_transformer import (
    PatchMerging,
    ShiftedWindowAttention,
    ShiftedWindowAttentionV2,
)

from netdsl.nn import PatchMerge, WindowAttention

# Sizes of a map and its windows, and the shift: tiled, padded, smaller than a window, shifted along one axis.
CASES = [
    ((4, 6), (2, 3), (0, 0)),
    ((4, 6), (2, 3), (1, 1)),
    ((5, 7), (2, 3), (1, 2)),
    ((5, 7), (4, 4), (0, 2)),
    ((6, 6), (3, 3), (1, 0)),
    ((3, 9), (4, 4), (2, 2)),
    ((2, 2), (3, 3), (1, 1)),
]
cases = pytest.mark.parametrize(("size", "window", "shift"), CASES, ids=str)


def module_of(window: tuple[int, int], shift: tuple[int, int], cosine: bool = False) -> WindowAttention:
    """A module of 2 heads of 3 channels whose parameters are all drawn."""
    module = WindowAttention(6, 2, window, shift, cosine=cosine).double()
    for parameter in module.parameters():
        nn.init.normal_(parameter, std=0.5)
    return module


def grid(size: int, window: int, shift: int) -> list[tuple[int, int]]:
    """For each position of a padded axis: its window, and its place in it."""
    padded = -(-size // window) * window
    shift = shift if padded > window else 0
    moved = [(position - shift) % padded for position in range(padded)]
    return [(each // window, each % window) for each in moved]


def written_out(module: WindowAttention, x: Tensor) -> Tensor:
    """Attention by loops: a position sees those of its window that no roll brought there."""
    count, channels, height, width = x.shape
    (h, w), (down, right) = module.window_size, module.shift_size
    rows, columns = grid(height, h, down), grid(width, w, right)
    padded = torch.zeros(count, channels, len(rows), len(columns), dtype=x.dtype)
    padded[:, :, :height, :width] = x
    q, k, v = module.qkv(padded.movedim(1, -1)).chunk(3, -1)
    table = module.relative_position_bias_table.view(2 * h - 1, 2 * w - 1, 2)
    result = torch.zeros(count, height, width, channels, dtype=x.dtype)
    for row, column in product(range(height), range(width)):
        seen = [
            (i, j)
            for i, j in product(range(len(rows)), range(len(columns)))
            if rows[i][0] == rows[row][0]
            and columns[j][0] == columns[column][0]
            # Neighbours in the window are neighbours in the map: the roll didn't bring them together.
            and i - row == rows[i][1] - rows[row][1]
            and j - column == columns[j][1] - columns[column][1]
        ]
        for head in range(2):
            part = slice(3 * head, 3 * head + 3)
            scores = torch.stack(
                [
                    (q[:, row, column, part] * k[:, i, j, part]).sum(-1) / 3**0.5
                    + table[row - i + h - 1, column - j + w - 1, head]
                    for i, j in seen
                ],
                -1,
            )
            values = torch.stack([v[:, i, j, part] for i, j in seen], 1)
            result[:, row, column, part] = (scores.softmax(-1)[:, :, None] * values).sum(1)
    return module.proj(result).movedim(-1, 1)


@cases
def test_window_attention_written_out(
    size: tuple[int, int], window: tuple[int, int], shift: tuple[int, int]
) -> None:
    module = module_of(window, shift)
    x = torch.randn(2, 6, *size, dtype=torch.float64)
    torch.testing.assert_close(module(x), written_out(module, x), rtol=1e-10, atol=1e-10)


@cases
@pytest.mark.parametrize("kind", [ShiftedWindowAttention, ShiftedWindowAttentionV2])
def test_window_attention_equals_torchvision(
    size: tuple[int, int],
    window: tuple[int, int],
    shift: tuple[int, int],
    kind: type[ShiftedWindowAttention],
) -> None:
    cosine = kind is ShiftedWindowAttentionV2
    module = module_of(window, shift, cosine)
    reference = kind(6, list(window), list(shift), 2).double()
    assert list(dict(module.named_parameters())) == list(dict(reference.named_parameters()))
    keys = reference.load_state_dict(module.state_dict(), strict=False)
    assert set(keys.missing_keys) <= {"relative_position_index", "relative_coords_table"}
    assert torch.equal(module.relative_position_index.flatten(), reference.relative_position_index)
    x = torch.randn(2, 6, *size, dtype=torch.float64)
    expected = reference(x.movedim(1, -1)).movedim(-1, 1)
    torch.testing.assert_close(module(x), expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("grid", [False, True])
def test_window_attention_equals_torchvisions_partitions(grid: bool) -> None:
    layer = PartitionAttentionLayer(
        6, 3, 2, "grid" if grid else "window", (6, 6), 4, nn.GELU, nn.Identity, 0.0, 0.0, 0.0
    ).double()
    nn.init.zeros_(layer.mlp_layer[3].weight)
    nn.init.zeros_(layer.mlp_layer[3].bias)
    module = WindowAttention(6, 2, 2, grid=grid, scale=6**-0.5).double()
    theirs = [value for key, value in layer.attn_layer.state_dict().items() if "index" not in key]
    module.load_state_dict(dict(zip(module.state_dict(), theirs, strict=True)))
    x = torch.randn(2, 6, 6, 6, dtype=torch.float64)
    torch.testing.assert_close(x + module(x), layer(x), rtol=1e-12, atol=1e-12)


def test_a_grid_that_does_not_tile_is_padded() -> None:
    module = WindowAttention(6, 2, 2, grid=True)
    x = torch.randn(1, 6, 3, 5)
    assert torch.equal(module(x), module(nn.functional.pad(x, (0, 1, 0, 1)))[:, :, :3, :5])


@pytest.mark.parametrize("cosine", [False, True])
def test_window_attention_starts_small(cosine: bool) -> None:
    torch.manual_seed(0)
    for name, parameter in WindowAttention(64, 4, cosine=cosine).named_parameters():
        if name == "logit_scale":
            torch.testing.assert_close(parameter.exp(), torch.full((4, 1, 1), 10.0))
        else:
            wanted = 0.0 if name.endswith(".bias") else 0.02
            assert abs(parameter.std() - wanted) < 0.001, name


def test_window_attention_drops_in_training_alone() -> None:
    module = WindowAttention(6, 2, 2, dropout=0.5)
    x = torch.randn(2, 6, 4, 4)
    assert not torch.equal(module.train()(x), module(x))
    assert torch.equal(module.eval()(x), module(x))


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        ((6, 4), {}, "4 heads don't divide 6"),
        ((6, 2, 3, 3), {}, "less than its window"),
        ((6, 2, 3, 1), {"grid": True}, "a grid has no shift"),
        ((6, 2), {"cosine": True, "scale": 0.5}, "no scale"),
    ],
)
def test_window_attention_refuses(arguments: tuple[int, ...], options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        WindowAttention(*arguments, **options)


@pytest.mark.parametrize("size", [(4, 6), (5, 6), (4, 3), (1, 1)], ids=str)
def test_patch_merge_equals_the_first_half_of_torchvisions(size: tuple[int, int]) -> None:
    reference = PatchMerging(3, nn.Identity)
    reference.reduction = nn.Identity()
    x = torch.randn(2, 3, *size)
    assert torch.equal(PatchMerge()(x), reference(x.movedim(1, -1)).movedim(-1, 1))
