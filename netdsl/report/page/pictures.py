"""Arrays of pixels as PNG in data URIs, and the filters of a first layer."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from netdsl.training.run_folder.reading import broken

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Small images are enlarged by whole factors, so that the browser need not blur them.
_SMALLEST_SIDE = 96
_MOST_FILTERS = 64
_SMALLEST_FILTER = 3
_FILTER_SIDE = 28


def data_uri(pixels: NDArray[np.uint8], least: int = _SMALLEST_SIDE) -> str:
    """Pixels (height, width, channels), grey (1) or RGB (3), as a PNG."""
    shown = pixels[:, :, 0] if pixels.shape[2] == 1 else pixels
    factor = max(1, -(-least // max(pixels.shape[:2])))
    enlarged = shown.repeat(factor, axis=0).repeat(factor, axis=1)
    written = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(enlarged)).save(written, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(written.getvalue()).decode("ascii")


def filters_of(weights: Path, key: str) -> tuple[str, ...]:
    """The filters of a state dict's key, a picture each; none where they are no small pictures themselves.

    A filter is shown if it takes one or three channels and its side is 3 or
    more; each is stretched to its own range. At most 64 are shown. Raises
    `DiagnosticError` where the file can't be read.
    """
    from safetensors import SafetensorError

    try:
        return _read(weights, key)
    except (OSError, SafetensorError) as error:
        raise broken(weights, "is no file of weights") from error


def _read(weights: Path, key: str) -> tuple[str, ...]:
    from safetensors import safe_open

    with safe_open(str(weights), framework="numpy") as file:
        if key not in set(file.keys()):
            return ()
        held = file.get_slice(key)
        shape = held.get_shape()
        if len(shape) != 4 or shape[1] not in (1, 3):
            return ()
        if min(shape[2:]) < _SMALLEST_FILTER or max(shape[2:]) > _FILTER_SIDE:
            return ()
        return tuple(data_uri(each) for each in _stretched(held[: min(_MOST_FILTERS, shape[0])]))


def _stretched(filters: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Filters (count, channels, height, width) as pixels (count, height, width, channels)."""
    values = np.nan_to_num(np.asarray(filters, dtype=np.float32))
    low = values.min(axis=(1, 2, 3), keepdims=True)
    high = values.max(axis=(1, 2, 3), keepdims=True)
    scaled: NDArray[np.uint8] = (255 * (values - low) / np.maximum(high - low, 1e-12)).astype(np.uint8)
    return scaled.transpose(0, 2, 3, 1)
