"""Shake-Shake regularisation (X. Gastaldi, 2017, arXiv:1705.07485)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class ShakeShake(nn.Module):
    """A random affine combination of two or more inputs of one shape.

    In training the forward pass weighs the inputs by random coefficients
    that sum to 1, and the backward pass weighs their gradients by others
    (section 2 of the paper). In evaluation both take the mean.

    `forward_mode` is `shake` (random) or `even` (the mean); `backward_mode`
    is `shake` (drawn anew), `even`, or `keep` (the forward coefficients);
    `level` is `image` (each image draws its own) or `batch`. Two inputs get
    a and 1 - a with a uniform in [0, 1]; more are drawn uniformly from the
    simplex. Raises `ValueError` on another mode.
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
        stacked = torch.stack(inputs)
        if not self.training:
            return stacked.mean(0)
        ahead = self.coefficients(self.forward_mode, stacked)
        back = ahead if self.backward_mode == "keep" else self.coefficients(self.backward_mode, stacked)
        # The value is the forward combination; what is detached adds nothing to the gradient.
        passed = (back * stacked).sum(0)
        return passed + ((ahead - back) * stacked).sum(0).detach()

    def coefficients(self, mode: str, stacked: Tensor) -> Tensor:
        """Weights of the inputs, which sum to 1, in a shape that broadcasts."""
        count, samples = stacked.shape[:2]
        shape = (count, samples if self.level == "image" else 1, *(1 for _ in stacked.shape[2:]))
        if mode == "even":
            return torch.full(shape, 1 / count, dtype=stacked.dtype, device=stacked.device)
        if count == 2:
            alpha = torch.rand((1, *shape[1:]), dtype=stacked.dtype, device=stacked.device)
            return torch.cat([alpha, 1 - alpha])
        # The gaps between sorted uniform draws are uniform on the simplex.
        cuts = torch.rand((count - 1, *shape[1:]), dtype=stacked.dtype, device=stacked.device).sort(0).values
        ends = F.pad(cuts.movedim(0, -1), (1, 0)), F.pad(cuts.movedim(0, -1), (0, 1), value=1.0)
        return (ends[1] - ends[0]).movedim(-1, 0)

    def extra_repr(self) -> str:
        """The modes."""
        modes = f"forward_mode={self.forward_mode!r}, backward_mode={self.backward_mode!r}"
        return f"{modes}, level={self.level!r}"


class ShiftShortcut(nn.Module):
    """Shake-Shake's shortcut where channels or size change (section 2.1 of the paper).

    After a ReLU, one path takes every `stride`-th pixel, the other the same
    of the map shifted by one pixel; a 1x1 convolution makes half of the
    channels of each, and batch normalisation follows their concatenation.
    Maps N x in_channels x H x W become N x out_channels x ceil(H / stride) x
    ceil(W / stride). Raises `ValueError` on odd `out_channels`.
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
        straight = self.conv1(x[:, :, ::step, ::step])
        # The shift looks one pixel further down and right; zeros come in at the far edges.
        shifted = F.pad(x, (-1, 1, -1, 1))
        joined: Tensor = self.bn(torch.cat([straight, self.conv2(shifted[:, :, ::step, ::step])], dim=1))
        return joined

    def extra_repr(self) -> str:
        """The stride."""
        return f"stride={self.stride}"
