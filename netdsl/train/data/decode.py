"""Decodes image files, many at once."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as codes
from netdsl.train.data.convert import resize, to_channels
from netdsl.train.data.options import ImageOptions
from netdsl.train.progress import Progress

_CHUNK = 64

# Smaller images than this take longer to pass between threads than to decode.
_WORTH_A_THREAD = 64 * 64


@dataclass(frozen=True)
class Decoded:
    """Images as uint8 of shape (files, height, width, channels); corrupt ones are black, with the reason."""

    pixels: Tensor
    corrupt: dict[int, str]


class CorruptImageError(Exception):
    """An image can't be decoded; the message says why."""


def decode_images(paths: Sequence[str], options: ImageOptions, progress: Progress) -> Decoded:
    """Decode files into one array, in several threads where that is faster.

    Images are grey if all of them are, unless the options say otherwise.
    Raises `DiagnosticError` where sizes differ or the whole would not fit in
    memory.
    """
    channels, height, width = _first_shape(paths, options)
    try:
        return _Decoder(paths, options, (height, width, channels)).run(progress)
    except _ColourAmongGreyError:
        return _Decoder(paths, options, (height, width, 3)).run(progress)


def decode_image(path: str, options: ImageOptions) -> Tensor:
    """One file as a uint8 tensor (channels, height, width), brought to the options' size and channels.

    Raises `CorruptImageError`.
    """
    try:
        image = _decode(Path(path).read_bytes())
    except Exception as error:  # Decoders raise whatever a malformed file leads them to.
        raise CorruptImageError((str(error).splitlines() or [type(error).__name__])[0]) from error
    if options.channels is not None:
        image = to_channels(image, options.channels)
    return image if options.resize is None else resize(image.unsqueeze(0), options.resize).squeeze(0)


class _ColourAmongGreyError(Exception):
    """The first image was grey, a later one is not."""


class _Decoder:
    def __init__(self, paths: Sequence[str], options: ImageOptions, shape: tuple[int, int, int]) -> None:
        self.paths = paths
        self.options = options
        self.shape = shape
        _fit_in_memory(len(paths), shape)
        self.pixels = torch.empty((len(paths), *shape), dtype=torch.uint8)

    def run(self, progress: Progress) -> Decoded:
        corrupt: dict[int, str] = {}
        starts = range(0, len(self.paths), _CHUNK)
        pool = ThreadPoolExecutor(self.threads())
        try:
            for start, found in zip(starts, pool.map(self.decode_chunk, starts), strict=True):
                corrupt |= found
                progress.reading(min(start + _CHUNK, len(self.paths)), len(self.paths))
        finally:
            pool.shutdown(cancel_futures=True)
        return Decoded(self.pixels, corrupt)

    def threads(self) -> int:
        height, width, _ = self.shape
        large = self.options.resize is not None or height * width >= _WORTH_A_THREAD
        return _usable_cores() if large else 1

    def decode_chunk(self, start: int) -> dict[int, str]:
        corrupt: dict[int, str] = {}
        for index in range(start, min(start + _CHUNK, len(self.paths))):
            try:
                self.pixels[index] = self.fitting(index)
            except CorruptImageError as error:
                self.pixels[index] = 0
                corrupt[index] = str(error)
        return corrupt

    def fitting(self, index: int) -> Tensor:
        """The image with the channels last, or an exception where it is not of the first one's shape."""
        image = decode_image(self.paths[index], self.options)
        height, width, channels = self.shape
        if image.shape[0] > channels:
            raise _ColourAmongGreyError
        if tuple(image.shape[1:]) != (height, width):
            raise DiagnosticError(_sizes_differ(self.paths[index], image, (height, width)))
        return to_channels(image, channels).permute(1, 2, 0)


def _decode(data: bytes) -> Tensor:
    from torchvision.io import decode_image as decode

    try:
        image: Tensor = decode(torch.frombuffer(bytearray(data), dtype=torch.uint8))
        if image.dtype == torch.uint8 and image.shape[0] in (1, 3):
            return image
    except (RuntimeError, ValueError):
        pass
    # What is left: formats that torchvision doesn't decode, transparency, CMYK, 16 bits, and broken files.
    return _decode_by_pillow(data)


def _decode_by_pillow(data: bytes) -> Tensor:
    import numpy as np
    from PIL import Image

    with Image.open(io.BytesIO(data)) as opened:
        grey = opened.mode in ("1", "L", "LA")
        pixels = np.array(opened.convert("L" if grey else "RGB"))
    image = torch.from_numpy(pixels)
    return image.unsqueeze(0) if grey else image.permute(2, 0, 1)


def _first_shape(paths: Sequence[str], options: ImageOptions) -> tuple[int, int, int]:
    """Channels, height and width of the first image that can be decoded."""
    reason = ""
    for path in paths:
        try:
            channels, height, width = decode_image(path, options).shape
        except CorruptImageError as error:
            reason = reason or str(error)
            continue
        return channels, height, width
    raise DiagnosticError(
        Diagnostic(
            codes.CORRUPT_IMAGE,
            f"none of the {len(paths)} images can be decoded; the first is {paths[0]}: {reason}",
            file=paths[0],
        )
    )


def _sizes_differ(path: str, image: Tensor, expected: tuple[int, int]) -> Diagnostic:
    height, width = image.shape[1:]
    return Diagnostic(
        codes.SIZES_DIFFER,
        f"{path} is {height}x{width} (height x width) but images before it are {expected[0]}x{expected[1]}",
        file=path,
        help=f"bring all images to one size: `--resize {min(expected)}`",
    )


def _fit_in_memory(count: int, shape: tuple[int, int, int]) -> None:
    height, width, channels = shape
    needed = count * height * width * channels
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if needed > memory:
        raise DiagnosticError(
            Diagnostic(
                codes.TOO_LARGE,
                f"{count} images of {height}x{width} take {needed / 2**30:.1f} GiB, and the machine has "
                f"{memory / 2**30:.1f} GiB",
                help="make them smaller: `--resize 224`",
            )
        )


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
