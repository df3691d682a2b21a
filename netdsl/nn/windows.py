"""Modules of transformers that attend within windows (Liu et al. 2021, Swin, arXiv:2103.14030)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class WindowAttention(nn.Module):
    """Multi-head self-attention among the positions of each window of a map.

    From Liu et al. 2021, Swin, arXiv:2103.14030, section 3.2: windows don't
    overlap; `shift_size` moves their grid, so that two layers in a row join
    neighbouring windows. The map is rolled for that, and positions that only
    the roll made neighbours don't see each other. A learned bias for each
    head and each offset between two positions of a window is added before
    the softmax. A map that the windows don't tile is padded with zeros at the
    right and at the bottom; along an axis with a single window there is no
    shift.

    Parameters are those of torchvision's `ShiftedWindowAttention`:
    relative_position_bias_table, (2 height - 1) (2 width - 1) x num_heads;
    qkv.weight and qkv.bias, the queries', keys' and values' rows in this
    order; proj.weight and proj.bias. Weights and biases of positions start
    normally with a deviation of 0.02, the others at zero. `dropout` is the
    probability that a weight of the attention is dropped in training. Raises
    `ValueError` where `num_heads` doesn't divide `embed_dim` or the shift is
    not smaller than the window.
    """

    relative_position_index: Tensor

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        window_size: int | tuple[int, int] = 7,
        shift_size: int | tuple[int, int] = 0,
        dropout: float = 0.0,
        bias: bool = True,
    ) -> None:
        super().__init__()
        window = (window_size, window_size) if isinstance(window_size, int) else window_size
        shift = (shift_size, shift_size) if isinstance(shift_size, int) else shift_size
        if embed_dim % num_heads:
            raise ValueError(f"{num_heads} heads don't divide {embed_dim} channels")
        if any(not 0 <= s < size for s, size in zip(shift, window, strict=True)):
            raise ValueError(f"a shift must be from 0 to less than its window, not {shift} of {window}")
        self.num_heads = num_heads
        self.window_size = window
        self.shift_size = shift
        self.dropout = dropout
        height, width = window
        offsets = (2 * height - 1) * (2 * width - 1)
        self.relative_position_bias_table = nn.Parameter(torch.empty(offsets, num_heads))
        self.qkv = nn.Linear(embed_dim, 3 * embed_dim, bias=bias)
        self.proj = nn.Linear(embed_dim, embed_dim, bias=bias)
        for weight in (self.relative_position_bias_table, self.qkv.weight, self.proj.weight):
            nn.init.trunc_normal_(weight, std=0.02)
        if bias:
            nn.init.zeros_(self.qkv.bias)
            nn.init.zeros_(self.proj.bias)
        # The table's row for each pair of positions: how far the second lies above and left of the first.
        row, column = torch.arange(height).repeat_interleave(width), torch.arange(width).repeat(height)
        above = row[:, None] - row[None, :] + height - 1
        left = column[:, None] - column[None, :] + width - 1
        self.register_buffer("relative_position_index", above * (2 * width - 1) + left, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """A map N x embed_dim x H x W, attended; of the same shape."""
        count, channels, height, width = x.shape
        (h, w), (down, right) = self.window_size, self.shift_size
        x = F.pad(x.permute(0, 2, 3, 1), (0, 0, 0, -width % w, 0, -height % h))
        rows, columns = x.shape[1] // h, x.shape[2] // w
        shift = (down if rows > 1 else 0, right if columns > 1 else 0)
        x = torch.roll(x, (-shift[0], -shift[1]), (1, 2)) if any(shift) else x
        x = x.view(count, rows, h, columns, w, channels).permute(0, 1, 3, 2, 4, 5)
        x = x.reshape(-1, h * w, channels)
        parts = self.qkv(x).view(x.shape[0], h * w, 3, self.num_heads, channels // self.num_heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        x = F.scaled_dot_product_attention(
            query,
            key,
            value,
            self.bias(rows, columns, shift).repeat(count if any(shift) else 1, 1, 1, 1),
            self.dropout if self.training else 0.0,
        )
        x = self.proj(x.transpose(1, 2).reshape(-1, h * w, channels))
        x = x.view(count, rows, columns, h, w, channels).permute(0, 1, 3, 2, 4, 5)
        x = x.reshape(count, rows * h, columns * w, channels)
        x = torch.roll(x, shift, (1, 2)) if any(shift) else x
        return x[:, :height, :width].permute(0, 3, 1, 2)

    def bias(self, rows: int, columns: int, shift: tuple[int, int]) -> Tensor:
        """What is added before the softmax: 1 (or, shifted, rows * columns) x num_heads x h * w x h * w.

        Minus infinity stands between positions that the roll brought together.
        """
        h, w = self.window_size
        bias = self.relative_position_bias_table[self.relative_position_index].permute(2, 0, 1)[None]
        if not any(shift):
            return bias
        down = torch.arange(rows * h, device=bias.device) >= rows * h - shift[0]
        right = torch.arange(columns * w, device=bias.device) >= columns * w - shift[1]
        # Windows in the last row hold two parts that were apart, those in the last column too.
        part = 2 * down[:, None].long() + right[None, :].long()
        part = part.view(rows, h, columns, w).transpose(1, 2).reshape(-1, 1, h * w)
        apart = part.transpose(1, 2) != part
        return bias.masked_fill(apart[:, None], float("-inf"))

    def extra_repr(self) -> str:
        """The options."""
        channels = self.proj.in_features
        return f"{channels}, {self.num_heads}, {self.window_size}, {self.shift_size}, dropout={self.dropout}"


class PatchMerge(nn.Module):
    """Each square of 2x2 positions as one position of four times the channels.

    The first half of patch merging (Liu et al. 2021, Swin, arXiv:2103.14030,
    section 3.1); normalisation and a matrix follow. The channels of the upper
    left position come first, then those of the lower left, upper right and
    lower right one. An odd axis is padded with zeros at its end.
    """

    def forward(self, x: Tensor) -> Tensor:
        """N x C x H x W becomes N x 4C x ceil(H / 2) x ceil(W / 2)."""
        x = F.pad(x, (0, x.shape[3] % 2, 0, x.shape[2] % 2))
        left, right = x[..., ::2], x[..., 1::2]
        return torch.cat([left[..., ::2, :], left[..., 1::2, :], right[..., ::2, :], right[..., 1::2, :]], 1)
