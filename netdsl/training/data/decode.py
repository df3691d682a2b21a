"""Decodes image files, many at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training.data.image_file import CorruptImageError, Pixels, decode_image
from netdsl.training.data.options import ImageOptions
from netdsl.training.progress import Progress

_CHUNK = 64

# Smaller images than this take longer to pass between threads than to decode.
_WORTH_A_THREAD = 64 * 64


@dataclass(frozen=True)
class Decoded:
    """Images as uint8 of shape (files, height, width, channels); corrupt ones are black, with the reason."""

    pixels: Tensor
    corrupt: dict[int, str]


def decode_images(paths: Sequence[str], options: ImageOptions, progress: Progress) -> Decoded:
    """Decode files into one array, in several threads where that is faster.

    Images are grey if all of them are, unless the options say otherwise.
    Raises `DiagnosticError` where sizes differ or the whole would not fit in
    memory.
    """
    height, width, channels = _first_shape(paths, options)
    try:
        return _Decoder(paths, options, (height, width, channels)).run(progress)
    except _ColourAmongGreyError:
        return _Decoder(paths, options, (height, width, 3)).run(progress)
    finally:
        progress.close()


class _ColourAmongGreyError(Exception):
    """The first image was grey, a later one is not."""


class _Decoder:
    def __init__(self, paths: Sequence[str], options: ImageOptions, shape: tuple[int, int, int]) -> None:
        self.paths = paths
        self.options = options
        self.shape = shape
        _fit_in_memory(len(paths), shape)
        self.pixels = np.empty((len(paths), *shape), np.uint8)

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
        return Decoded(torch.from_numpy(self.pixels), corrupt)

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

    def fitting(self, index: int) -> Pixels:
        """The image, or an exception where it is not of the first one's shape."""
        image = decode_image(self.paths[index], self.options)
        if image.shape[2] > self.shape[2]:
            raise _ColourAmongGreyError
        if image.shape[:2] != self.shape[:2]:
            raise DiagnosticError(_sizes_differ(self.paths[index], image, self.shape))
        return image


def _first_shape(paths: Sequence[str], options: ImageOptions) -> tuple[int, int, int]:
    """Height, width and channels of the first image that can be decoded."""
    reason = ""
    for path in paths:
        try:
            height, width, channels = decode_image(path, options).shape
        except CorruptImageError as error:
            reason = reason or str(error)
            continue
        return height, width, channels
    raise DiagnosticError(
        Diagnostic(
            codes.CORRUPT_IMAGE,
            f"none of the {len(paths)} images can be decoded; the first is {paths[0]}: {reason}",
            file=paths[0],
        )
    )


def _sizes_differ(path: str, image: Pixels, expected: tuple[int, int, int]) -> Diagnostic:
    height, width, _ = image.shape
    return Diagnostic(
        codes.SIZES_DIFFER,
        f"{path} is {height}x{width} (height x width) but images before it are {expected[0]}x{expected[1]}",
        file=path,
        help=f"bring all images to one size: `--resize {min(expected[:2])}`",
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
