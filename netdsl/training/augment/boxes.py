"""Rectangles in images, one an image."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class Boxes(NamedTuple):
    """Rectangles by their edges in pixels, (n,) each; `bottom` and `right` are just beyond."""

    top: Tensor
    left: Tensor
    bottom: Tensor
    right: Tensor

    def mask(self, height: int, width: int) -> Tensor:
        """Whether each pixel of images of that size is in its image's rectangle, (n, height, width)."""
        rows = torch.arange(height, device=self.top.device).view(1, -1, 1)
        columns = torch.arange(width, device=self.top.device).view(1, 1, -1)
        top, left, bottom, right = (edge.view(-1, 1, 1) for edge in self)
        return ((rows >= top) & (rows < bottom)) & ((columns >= left) & (columns < right))

    def blacken(self, pixels: Tensor) -> Tensor:
        """Copies of pixels (n, height, width, channels), black inside of the rectangles."""
        _, height, width, _ = pixels.shape
        return pixels.masked_fill(self.mask(height, width)[..., None], 0)
