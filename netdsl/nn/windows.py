"""Modules of transformers that attend within windows (Liu et al. 2021, Swin, arXiv:2103.14030)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class WindowAttention(nn.Module):
    """Multi-head self-attention among the positions of each window of a map.

    From Liu et al. 2021, Swin, arXiv:2103.14030, section 3.2: windows don't
    overlap; `shift_size` moves them, so that two layers in a row join
    neighbouring windows. The map is rolled for that, and positions that only
    the roll made neighbours don't see each other. A bias for each head and
    each offset between two positions of a window is added before the softmax.
    A map that the windows don't tile is padded with zeros at the right and at
    the bottom; along an axis with a single window there is no shift.

    With `grid` the positions of a window lie evenly over the whole map (Tu et
    al. 2022, MaxViT, arXiv:2204.01697, section 3.2). With `cosine` the scores
    are cosines times a learned scale of each head, and a small network makes
    the biases of the offsets (Liu et al. 2022, Swin V2, arXiv:2111.09883,
    section 3.2). Otherwise the products are scaled by `scale`, one over the
    square root of a head's channels if it is None.

    Parameters are those of torchvision's `ShiftedWindowAttention` and, with
    `cosine`, `ShiftedWindowAttentionV2`. Weights of matrices and biases of
    positions start normally with a deviation of 0.02, the others at zero, and
    scales at 10. `dropout` is the probability that a weight of the attention
    is dropped in training. Raises `ValueError` where `num_heads` doesn't
    divide `embed_dim`, the shift is not smaller than the window, a grid is
    shifted or cosines have a `scale`.
    """

    relative_position_index: Tensor
    offsets: Tensor

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        window_size: int | tuple[int, int] = 7,
        shift_size: int | tuple[int, int] = 0,
        dropout: float = 0.0,
        bias: bool = True,
        grid: bool = False,
        cosine: bool = False,
        scale: float | None = None,
    ) -> None:
        super().__init__()
        window = (window_size, window_size) if isinstance(window_size, int) else window_size
        shift = (shift_size, shift_size) if isinstance(shift_size, int) else shift_size
        if embed_dim % num_heads:
            raise ValueError(f"{num_heads} heads don't divide {embed_dim} channels")
        if any(not 0 <= s < size for s, size in zip(shift, window, strict=True)):
            raise ValueError(f"a shift must be from 0 to less than its window, not {shift} of {window}")
        if (grid and any(shift)) or (cosine and scale is not None):
            raise ValueError("a grid has no shift, and cosines have no scale but the learned ones")
        self.num_heads = num_heads
        self.window_size = window
        self.shift_size = shift
        self.dropout = dropout
        self.grid = grid
        self.cosine = cosine
        self.scale = 1.0 if cosine else scale
        height, width = window
        above, left = torch.arange(1 - height, height), torch.arange(1 - width, width)
        if cosine:
            self.logit_scale = nn.Parameter(torch.full((num_heads, 1, 1), 10.0).log())
            # Offsets up to 8 on a logarithmic scale, whatever the window.
            places = [each * 8 / max(len(each) // 2, 1) for each in (above, left)]
            offsets = torch.cartesian_prod(*[each.sign() * (each.abs() + 1).log2() / 3 for each in places])
            self.register_buffer("offsets", offsets, persistent=False)
        else:
            table = torch.empty(len(above) * len(left), num_heads)
            self.relative_position_bias_table = nn.Parameter(table)
        self.qkv = nn.Linear(embed_dim, 3 * embed_dim, bias=bias)
        self.proj = nn.Linear(embed_dim, embed_dim, bias=bias)
        if cosine:
            self.cpb_mlp = nn.Sequential(nn.Linear(2, 512), nn.ReLU(), nn.Linear(512, num_heads, bias=False))
        for name, parameter in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(parameter)
            elif name != "logit_scale":
                nn.init.trunc_normal_(parameter, std=0.02)
        # The table's row for each pair of positions: how far the second lies above and left of the first.
        row, column = torch.arange(height).repeat_interleave(width), torch.arange(width).repeat(height)
        down = row[:, None] - row[None, :] + height - 1
        right = column[:, None] - column[None, :] + width - 1
        self.register_buffer("relative_position_index", down * len(left) + right, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """A map N x embed_dim x H x W, attended; of the same shape."""
        count, channels, height, width = x.shape
        (h, w), (down, right) = self.window_size, self.shift_size
        x = F.pad(x.permute(0, 2, 3, 1), (0, 0, 0, -width % w, 0, -height % h))
        rows, columns = x.shape[1] // h, x.shape[2] // w
        shift = (down if rows > 1 else 0, right if columns > 1 else 0)
        x = torch.roll(x, (-shift[0], -shift[1]), (1, 2)) if any(shift) else x
        # Windows side by side, each with its positions; or, of a grid, the first position of each, and so on.
        if self.grid:
            x = x.view(count, h, rows, w, columns, channels).permute(0, 2, 4, 1, 3, 5)
        else:
            x = x.view(count, rows, h, columns, w, channels).permute(0, 1, 3, 2, 4, 5)
        x = self.attend(x.reshape(-1, h * w, channels), count, self.bias(rows, columns, shift))
        x = x.view(count, rows, columns, h, w, channels)
        x = x.permute(0, 3, 1, 4, 2, 5) if self.grid else x.permute(0, 1, 3, 2, 4, 5)
        x = x.reshape(count, rows * h, columns * w, channels)
        x = torch.roll(x, shift, (1, 2)) if any(shift) else x
        return x[:, :height, :width].permute(0, 3, 1, 2)

    def attend(self, x: Tensor, count: int, bias: Tensor) -> Tensor:
        """Windows (of `count` maps) x positions x channels, attended; of the same shape."""
        windows, positions, channels = x.shape
        given: Tensor | None = self.qkv.bias
        if self.cosine and given is not None:
            # The keys of Swin V2 have no bias.
            given = torch.cat([given[:channels], torch.zeros_like(given[:channels]), given[2 * channels :]])
        parts = F.linear(x, self.qkv.weight, given).view(windows, positions, 3, self.num_heads, -1)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        if self.cosine:
            # A hundred at most, of which this is the logarithm.
            scale = self.logit_scale.clamp(max=4.605170185988092).exp()
            query, key = F.normalize(query, dim=-1) * scale, F.normalize(key, dim=-1)
        mask = bias if len(bias) == 1 else bias.repeat(count, 1, 1, 1)
        dropout = self.dropout if self.training else 0.0
        x = F.scaled_dot_product_attention(query, key, value, mask, dropout, scale=self.scale)
        # Always a copy: an exported graph must not rest on how one kernel lays out its result.
        x = x.transpose(1, 2).clone(memory_format=torch.contiguous_format)
        attended: Tensor = self.proj(x.view(windows, positions, channels))
        return attended

    def bias(self, rows: int, columns: int, shift: tuple[int, int]) -> Tensor:
        """What is added before the softmax: 1 (or, shifted, rows * columns) x num_heads x h * w x h * w.

        Minus infinity stands between positions that the roll brought together.
        """
        h, w = self.window_size
        if self.cosine:
            table = 16 * torch.sigmoid(self.cpb_mlp(self.offsets))
        else:
            table = self.relative_position_bias_table
        bias = table[self.relative_position_index].permute(2, 0, 1)[None]
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
        kind = ", grid=True" * self.grid + ", cosine=True" * self.cosine
        sizes = f"{self.window_size}, {self.shift_size}, dropout={self.dropout}"
        return f"{self.proj.in_features}, {self.num_heads}, {sizes}{kind}"


class PatchMerge(nn.Module):
    """Each square of 2x2 positions as one position of four times the channels.

    The first half of patch merging (Liu et al. 2021, Swin, arXiv:2103.14030,
    section 3.1); normalization and a matrix follow. The channels of the upper
    left position come first, then those of the lower left, upper right and
    lower right one. An odd axis is padded with zeros at its end.
    """

    def forward(self, x: Tensor) -> Tensor:
        """N x C x H x W becomes N x 4C x ceil(H / 2) x ceil(W / 2)."""
        x = F.pad(x, (0, x.shape[3] % 2, 0, x.shape[2] % 2))
        left, right = x[..., ::2], x[..., 1::2]
        return torch.cat([left[..., ::2, :], left[..., 1::2, :], right[..., ::2, :], right[..., 1::2, :]], 1)
