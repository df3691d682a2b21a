"""How images are brought to one shape when a dataset is read, and where they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CorruptImages = Literal["error", "skip"]
Storage = Literal["auto", "memory", "stream"]


@dataclass(frozen=True, slots=True)
class ImageOptions:
    """What to do with images that are not yet of one shape, or not readable, and where to keep them.

    `resize` is (height, width) in pixels, or None to take the images as they
    are; `channels` is 1 (grey) or 3 (RGB), or None for what the images have;
    `corrupt_images` says whether an image that can't be decoded is an error
    or left out with a warning. `storage` says whether a folder's images are
    kept decoded in memory or streamed from disk by `workers` processes (None:
    as many as there are cores); `auto` keeps them where they fit.
    """

    resize: tuple[int, int] | None = None
    channels: Literal[1, 3] | None = None
    corrupt_images: CorruptImages = "error"
    storage: Storage = "auto"
    workers: int | None = None
