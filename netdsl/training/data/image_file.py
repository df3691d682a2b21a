"""Decodes one image file."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from netdsl.training.data.options import ImageOptions

Pixels = NDArray[np.uint8]

_GREY = ("1", "L", "LA", "I", "I;16", "I;16L", "I;16B")


class CorruptImageError(Exception):
    """An image can't be decoded; the message says why."""


def decode_image(path: str, options: ImageOptions) -> Pixels:
    """One file's pixels (height, width, channels), grey or RGB, of the options' size and channels.

    Raises `CorruptImageError` where the file is no image or is cut short.
    """
    try:
        with Image.open(path) as opened:
            pixels = np.asarray(_fit(opened, options))
    except Exception as error:  # Decoders raise whatever a malformed file leads them to.
        raise CorruptImageError((str(error).splitlines() or [type(error).__name__])[0]) from error
    return pixels if pixels.ndim == 3 else pixels[:, :, None]


def _fit(image: Image.Image, options: ImageOptions) -> Image.Image:
    if options.channels is None:
        mode = "L" if image.mode in _GREY else "RGB"
    else:
        mode = "L" if options.channels == 1 else "RGB"
    if image.mode.startswith("I"):  # 16 bits of grey, which Pillow would clip at 255 rather than scale.
        image = Image.fromarray((np.asarray(image).astype(np.int64) >> 8).clip(0, 255).astype(np.uint8))
    if image.mode != mode:
        image = image.convert(mode)
    if options.resize is not None and image.size[::-1] != options.resize:
        height, width = options.resize
        image = image.resize((width, height), Image.Resampling.BILINEAR)
    return image
