"""Shake-Shake regularisation (X. Gastaldi, 2017, arXiv:1705.07485)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class ShakeShake(nn.Module):
    """A random affine combination of two or more inputs of one shape, N x any axes.

    Shake-Shake regularization (Gastaldi 2017, arXiv:1705.07485, section 1):
    in training the forward pass weighs the inputs by random coefficients
    that sum to 1, and the backward pass weighs their gradients by others,
    drawn independently. In evaluation both take the mean.

    The modes are those of the paper's table 1. `forward_mode` is `shake`
    (random) or `even` (the mean); `backward_mode` is `shake` (drawn anew),
    `even`, or `keep` (the forward coefficients; a forward pass has none to
    keep). `level` is `image` (each image draws its own) or `batch`. Two
    inputs get a and 1 - a with a uniform in [0, 1); more are drawn uniformly
    from the simplex. Raises `ValueError` on another mode.
    """

    def __init__(
        self, forward_mode: str = "shake", backward_mode: str = "shake", level: str = "image"
    ) -> None:
        super().__init__()
        for value, known in (
            (forward_mode, ("shake", "even")),
            (backward_mode, ("shake", "even", "keep")),
            (level, ("image", "batch")),
        ):
            if value not in known:
                raise ValueError(f"{value!r} is none of {', '.join(known)}")
        self.forward_mode = forward_mode
        self.backward_mode = backward_mode
        self.level = level

    def forward(self, *inputs: Tensor) -> Tensor:
        """The combination, of the inputs' shape."""
        if not self.training:
            return sum(inputs[1:], inputs[0]) / len(inputs)
        ahead = self.coefficients(self.forward_mode, inputs)
        if self.backward_mode == "keep":
            return self.combine(ahead, inputs)
        back = self.coefficients(self.backward_mode, inputs)
        # What is detached makes the value the forward combination, and adds nothing to the gradients.
        rest = self.combine(ahead - back, tuple(value.detach() for value in inputs))
        return self.combine(back, inputs) + rest

    def coefficients(self, mode: str, inputs: tuple[Tensor, ...]) -> Tensor:
        """Weights that sum to 1: one for each input, in a shape that broadcasts with it."""
        first, count = inputs[0], len(inputs)
        shape = (first.shape[0] if self.level == "image" else 1, *(1 for _ in first.shape[1:]))
        if mode == "even":
            return torch.full((count, *shape), 1 / count, dtype=first.dtype, device=first.device)
        # Draws of half precision lie on a grid too coarse to be uniform.
        precise = torch.promote_types(first.dtype, torch.float32)
        cuts = torch.rand((count - 1, *shape), dtype=precise, device=first.device)
        if count > 2:
            # The gaps between sorted uniform draws are uniform on the simplex.
            cuts = cuts.sort(0).values
        start, end = cuts.new_zeros((1, *shape)), cuts.new_ones((1, *shape))
        return (torch.cat([cuts, end]) - torch.cat([start, cuts])).to(first.dtype)

    def combine(self, weights: Tensor, inputs: tuple[Tensor, ...]) -> Tensor:
        """The weighted sum, one input after the other: stacked, they would take as much memory again."""
        total = weights[0] * inputs[0]
        for weight, value in zip(weights[1:], inputs[1:], strict=True):
            total = torch.addcmul(total, weight, value)
        return total

    def extra_repr(self) -> str:
        """The modes."""
        modes = f"forward_mode={self.forward_mode!r}, backward_mode={self.backward_mode!r}"
        return f"{modes}, level={self.level!r}"


class ShiftShortcut(nn.Module):
    """Shake-Shake's shortcut where channels or size change.

    From Gastaldi 2017, arXiv:1705.07485, section 2.1. After a ReLU, one path
    takes every `stride`-th pixel, the other the same of the map shifted by
    one pixel; a 1x1 convolution makes half of the channels of each, and batch
    normalization follows their concatenation. Maps N x in_channels x H x W
    become N x out_channels x ceil(H / stride) x ceil(W / stride). Raises
    `ValueError` on odd `out_channels`.

    The shift is left and up, as in the public PyTorch implementations: with
    a stride of 2 the paths see the even and the odd pixels. The author's
    Lua code shifts right and down, so that its second path sees a border of
    zeros and never the last row and column.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__()
        if out_channels % 2:
            raise ValueError(f"out_channels must be even, not {out_channels}")
        self.stride = stride
        self.conv1 = nn.Conv2d(in_channels, out_channels // 2, 1, bias=False)
        self.conv2 = nn.Conv2d(in_channels, out_channels // 2, 1, bias=False)
        self.bn = nn.BatchNorm2d(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        """The shortcut of a map."""
        x = F.relu(x)
        step = self.stride
        straight = self.conv1(x[..., ::step, ::step])
        # What lies one pixel further down and right; zeros come in at the far edges.
        shifted = F.pad(x, (-1, 1, -1, 1))
        joined: Tensor = self.bn(torch.cat([straight, self.conv2(shifted[..., ::step, ::step])], dim=1))
        return joined

    def extra_repr(self) -> str:
        """The stride."""
        return f"stride={self.stride}"
