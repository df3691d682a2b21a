"""Rotation, translation and shear: each output pixel takes the source pixel nearest to where it comes from.

Nothing is interpolated, and what comes from outside of the image is black,
as in torchvision's `RandomRotation` and `RandomAffine` by default.
Coordinates are of pixel centres, in pixels. The functions of a batch take
one value an image, from the CPU.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from netdsl.training.augment.draws import DrawnStep, uniform


@dataclass(frozen=True, slots=True)
class RotationAndTranslation:
    """Turns each image by up to `degrees` either way about its centre, then shifts it.

    The shift, down and across, is up to the part `fraction` of the image's
    height and width either way, in whole pixels.
    """

    degrees: float = 0.0
    fraction: float = 0.0

    def draw(
        self, images: Tensor, epoch: int, seed: int, generator: torch.Generator, device: torch.device
    ) -> DrawnStep:
        """Draw an angle and two shifts for each position; of these, only what is wanted."""
        count = len(images)
        angles = shifts = None
        if self.degrees:
            angles = _to(turns(uniform((count,), -self.degrees, self.degrees, generator)), device)
        if self.fraction:
            shifts = _to(uniform((count, 2), -self.fraction, self.fraction, generator), device)
        return DrawnRotationAndTranslation(angles, shifts)


@dataclass(frozen=True, slots=True, eq=False)
class DrawnRotationAndTranslation:
    """Rotations, as cosine and sine (count, 2), and shifts, as parts of height and width (count, 2)."""

    angles: Tensor | None
    shifts: Tensor | None

    def apply(self, pixels: Tensor, start: int) -> Tensor:
        """Turn and shift the images from position `start` on."""
        count, height, width, _ = pixels.shape
        down = across = None
        if self.shifts is not None:
            parts = self.shifts[start : start + count]
            down, across = (parts[:, 0] * height).round(), (parts[:, 1] * width).round()
        if self.angles is None:
            return _gather(pixels, *_shifted(pixels, down, across))
        return _rotate(pixels, self.angles[start : start + count], down, across)


def rotate(pixels: Tensor, degrees: Tensor) -> Tensor:
    """Turn each image (n, height, width, channels) counter-clockwise by its number of degrees (n,)."""
    return _rotate(pixels, _to(turns(degrees), pixels.device))


def shear_x(pixels: Tensor, slopes: Tensor) -> Tensor:
    """Move each row left by slope (n,) times its distance from the upper edge."""
    rows, columns = _shifted(pixels)
    return _gather(pixels, rows, (columns + (rows + 0.5) * per_image(slopes, pixels)).round())


def shear_y(pixels: Tensor, slopes: Tensor) -> Tensor:
    """Move each column up by slope (n,) times its distance from the left edge."""
    rows, columns = _shifted(pixels)
    return _gather(pixels, (rows + (columns + 0.5) * per_image(slopes, pixels)).round(), columns)


def translate_x(pixels: Tensor, distances: Tensor) -> Tensor:
    """Move each image right by its number of pixels (n,), cut to a whole number."""
    return _gather(pixels, *_shifted(pixels, across=per_image(distances.trunc(), pixels)))


def translate_y(pixels: Tensor, distances: Tensor) -> Tensor:
    """Move each image down by its number of pixels (n,), cut to a whole number."""
    return _gather(pixels, *_shifted(pixels, down=per_image(distances.trunc(), pixels)))


def turns(degrees: Tensor) -> Tensor:
    """Cosine and sine, float32 (n, 2), of angles on the CPU, where they are the same for every device."""
    radians = degrees.double() * (math.pi / 180)
    return torch.stack([radians.cos(), radians.sin()], dim=1).float()


def per_image(values: Tensor, pixels: Tensor) -> Tensor:
    """Values (n,) from the CPU as float32 (n, 1, 1), where the pixels lie."""
    return _to(values.float(), pixels.device).view(-1, 1, 1)


def _to(tensor: Tensor, device: torch.device) -> Tensor:
    return tensor.to(device, non_blocking=True)


def _shifted(
    pixels: Tensor, down: Tensor | None = None, across: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Row (n or 1, height, 1) and column (n or 1, 1, width) that each pixel comes from in shifted images."""
    _, height, width, _ = pixels.shape
    rows = torch.arange(height, device=pixels.device, dtype=torch.float32).view(1, -1, 1)
    columns = torch.arange(width, device=pixels.device, dtype=torch.float32).view(1, 1, -1)
    if down is not None:
        rows = rows - down.view(-1, 1, 1)
    if across is not None:
        columns = columns - across.view(-1, 1, 1)
    return rows, columns


def _rotate(
    pixels: Tensor, angles: Tensor, down: Tensor | None = None, across: Tensor | None = None
) -> Tensor:
    """Turn, and then shift, as two gathers would, in one."""
    _, height, width, _ = pixels.shape
    cosine, sine = (part.view(-1, 1, 1) for part in angles.unbind(1))
    rows, columns = _shifted(pixels, down, across)
    middle_row, middle_column = (height - 1) / 2, (width - 1) / 2
    below, beside = rows - middle_row, columns - middle_column
    source_rows = (sine * beside + cosine * below + middle_row).round()
    source_columns = (cosine * beside - sine * below + middle_column).round()
    # What the turn left in the corners outside of the image is gone before the shift.
    kept = None if down is None and across is None else _inside(rows, height) & _inside(columns, width)
    return _gather(pixels, source_rows, source_columns, kept)


def _inside(places: Tensor, side: int) -> Tensor:
    return (places >= 0) & (places < side)


def _gather(pixels: Tensor, rows: Tensor, columns: Tensor, kept: Tensor | None = None) -> Tensor:
    """Take each pixel from its row and column, floats without fraction; black where there is none."""
    count, height, width, channels = pixels.shape
    valid = _inside(rows, height) & _inside(columns, width)
    if kept is not None:
        valid = valid & kept
    inner_rows = rows.clamp(0, height - 1).long()
    inner_columns = columns.clamp(0, width - 1).long()
    first = torch.arange(0, count * height, height, device=pixels.device).view(-1, 1, 1)
    places = (inner_rows + first) * width + inner_columns
    gathered = pixels.reshape(-1, channels).index_select(0, places.flatten())
    return gathered.view(pixels.shape).masked_fill_(~valid[..., None], 0)
