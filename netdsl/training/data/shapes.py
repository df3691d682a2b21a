"""A drawn dataset: ten classes of figures, made on the spot from a seed."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from netdsl.training.data.convert import convert
from netdsl.training.data.dataset import ImageDataset, Split
from netdsl.training.data.figures import FIGURES
from netdsl.training.data.names import NAMED_SETS
from netdsl.training.image_options import ImageOptions

Floats = NDArray[np.float32]

SIDE = NAMED_SETS["shapes"].shape[-1]
_AT_ONCE = 2000


def draw_shapes(
    seed: int = 0,
    train: int = NAMED_SETS["shapes"].images,
    test: int = 2_000,
    options: ImageOptions | None = None,
) -> ImageDataset:
    """Draw `train` and `test` images of 3x32x32 with one figure each.

    Place, size, angle, both colours, the background's texture and the noise
    are drawn for each image, independently of its class: only the form
    tells. Equal seeds give equal images.
    """
    options = options or ImageOptions()
    training, testing = np.random.default_rng(seed).spawn(2)
    return ImageDataset(
        "shapes", _split(training, train, options), None, _split(testing, test, options), tuple(FIGURES)
    )


def _split(random: np.random.Generator, count: int, options: ImageOptions) -> Split:
    labels = random.permutation(np.arange(count) % len(FIGURES))
    pixels = np.empty((count, SIDE, SIDE, 3), np.uint8)
    for start in range(0, count, _AT_ONCE):
        pixels[start : start + _AT_ONCE] = _draw(random, labels[start : start + _AT_ONCE])
    images = torch.from_numpy(pixels).permute(0, 3, 1, 2)
    return Split(convert(images, options), torch.from_numpy(labels.astype(np.int64)))


def _draw(random: np.random.Generator, labels: NDArray[np.int64]) -> NDArray[np.uint8]:
    count = len(labels)
    figure = _colours(random, count)
    ground = _colours(random, count)
    # Colours too alike would leave nothing to see: move the figure's to the far side.
    alike = np.abs(figure - ground).mean(3, keepdims=True) < 0.3
    figure = np.where(alike, np.where(ground < 0.5, ground + 0.5, ground - 0.5), figure)
    cover = _cover(random, labels)[..., None]
    picture = cover * figure + (1 - cover) * (ground + _texture(random, count))
    picture += random.normal(0, 0.04, picture.shape).astype(np.float32)
    return (picture.clip(0, 1) * 255).round().astype(np.uint8)


def _colours(random: np.random.Generator, count: int) -> Floats:
    return random.uniform(0, 1, (count, 1, 1, 3)).astype(np.float32)


def _cover(random: np.random.Generator, labels: NDArray[np.int64]) -> Floats:
    """How much of each pixel the figure covers, 0..1, of shape (images, side, side)."""
    count = len(labels)
    radius = random.uniform(7, 13, (count, 1, 1)).astype(np.float32)
    angle = random.uniform(0, 2 * np.pi, (count, 1, 1)).astype(np.float32)
    margin = (SIDE / 2 - 0.85 * radius)[..., 0]
    centre = SIDE / 2 + random.uniform(-1, 1, (count, 2)).astype(np.float32) * margin
    pixel = np.arange(SIDE, dtype=np.float32) + 0.5
    x = (pixel[None, None, :] - centre[:, 0, None, None]) / radius
    y = (pixel[None, :, None] - centre[:, 1, None, None]) / radius
    cosine, sine = np.cos(angle), np.sin(angle)
    turned_x, turned_y = cosine * x + sine * y, cosine * y - sine * x
    distance = np.empty((count, SIDE, SIDE), np.float32)
    for label, figure in enumerate(FIGURES.values()):
        drawn = labels == label
        distance[drawn] = figure(turned_x[drawn], turned_y[drawn])
    return (0.5 - distance * radius).clip(0, 1)


def _texture(random: np.random.Generator, count: int) -> Floats:
    """Stripes of a random direction, width and strength, and a slope of light; about -0.2..0.2."""
    pixel = np.linspace(-1, 1, SIDE, dtype=np.float32)
    angle, frequency, phase, strength, slope = (
        random.uniform(low, high, (count, 1, 1, 1)).astype(np.float32)
        for low, high in ((0, 2 * np.pi), (3, 12), (0, 2 * np.pi), (0, 0.12), (-0.1, 0.1))
    )
    along = np.cos(angle) * pixel[None, None, :, None] + np.sin(angle) * pixel[None, :, None, None]
    return (strength * np.sin(frequency * along + phase) + slope * along).astype(np.float32)
