"""Helps to say how names of other libraries, which tell the number of axes, are written here."""

from __future__ import annotations


def ranks(stem: str, end: str = "") -> tuple[str, ...]:
    """A name for one, two and three spatial axes: `conv1d`, `conv2d`, `conv3d`."""
    return tuple(f"{stem}{rank}d{end}" for rank in (1, 2, 3))


def spelled(written: str, *stems: str) -> tuple[tuple[str, str], ...]:
    """Names with and without their number of axes, all of them written the same here."""
    return tuple((name, written) for stem in stems for name in (stem, *ranks(stem)))
