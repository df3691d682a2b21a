"""The figures of the drawn dataset, as signed distances.

Each function takes the coordinates of points, in units of the figure's
radius and turned to its angle, and gives their distance from its edge:
negative inside, positive outside (exact enough near the edge to shade it).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Figure = Callable[[Floats, Floats], Floats]


def circle(x: Floats, y: Floats) -> Floats:
    """A disc."""
    distance: Floats = np.hypot(x, y) - np.float32(0.85)
    return distance


def ring(x: Floats, y: Floats) -> Floats:
    """A disc with a hole."""
    distance: Floats = np.abs(np.hypot(x, y) - np.float32(0.68)) - np.float32(0.2)
    return distance


def half_disc(x: Floats, y: Floats) -> Floats:
    """A disc cut through its middle."""
    y = y + np.float32(0.4)
    distance: Floats = np.maximum(np.hypot(x, y) - np.float32(1), -y)
    return distance


def crescent(x: Floats, y: Floats) -> Floats:
    """A disc with another taken out of its side."""
    outer = np.hypot(x, y) - np.float32(0.95)
    bite = np.hypot(x - np.float32(0.45), y) - np.float32(0.75)
    distance: Floats = np.maximum(outer, -bite)
    return distance


def triangle(x: Floats, y: Floats) -> Floats:
    """Three equal sides."""
    return _polygon(x, y, 3, 0.5)


def square(x: Floats, y: Floats) -> Floats:
    """Four equal sides."""
    return _box(x, y, 0.7, 0.7)


def star(x: Floats, y: Floats) -> Floats:
    """Five points."""
    half = np.float32(np.pi / 5)
    angle = np.abs((np.arctan2(y, x) + half) % (2 * half) - half)
    radius = np.hypot(x, y)
    # Folded onto half a point, the edge is one line from the tip (1, 0) to the notch.
    notch_x, notch_y = 0.42 * np.cos(half), 0.42 * np.sin(half)
    normal_x, normal_y = notch_y, 1 - notch_x
    length = np.hypot(normal_x, normal_y)
    along = (radius * np.cos(angle) - 1) * normal_x + radius * np.sin(angle) * normal_y
    distance: Floats = (along / length).astype(np.float32)
    return distance


def cross(x: Floats, y: Floats) -> Floats:
    """Two bars across each other."""
    return np.minimum(_box(x, y, 0.95, 0.28), _box(x, y, 0.28, 0.95))


def bar(x: Floats, y: Floats) -> Floats:
    """A long rectangle."""
    return _box(x, y, 0.95, 0.34)


def arrow(x: Floats, y: Floats) -> Floats:
    """A shaft with a head."""
    shaft = _box(x + np.float32(0.35), y, 0.6, 0.17)
    return np.minimum(shaft, _polygon(x - np.float32(0.4), y, 3, 0.3))


FIGURES: dict[str, Figure] = {
    figure.__name__: figure
    for figure in (circle, ring, half_disc, crescent, triangle, square, star, cross, bar, arrow)
}


def _box(x: Floats, y: Floats, half_width: float, half_height: float) -> Floats:
    return np.maximum(np.abs(x) - np.float32(half_width), np.abs(y) - np.float32(half_height))


def _polygon(x: Floats, y: Floats, sides: int, inner_radius: float) -> Floats:
    half = np.float32(np.pi / sides)
    # Measured from the middle of the nearest side; a corner points along x.
    angle = np.arctan2(y, x) % (2 * half) - half
    distance: Floats = np.hypot(x, y) * np.cos(angle) - np.float32(inner_radius)
    return distance
