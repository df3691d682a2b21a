"""Decodes many images at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training.data.image_file import (
    ColourAmongGreyError,
    CorruptImageError,
    ImageSource,
    ImageSources,
    Pixels,
    decode_fitting,
    decode_image,
)
from netdsl.training.data.machine import usable_cores
from netdsl.training.data.storage import require_memory
from netdsl.training.image_options import ImageOptions
from netdsl.training.progress import Progress

_CHUNK = 64

# Smaller images than this take longer to pass between threads than to decode.
_WORTH_A_THREAD = 64 * 64


@dataclass(frozen=True, slots=True)
class Decoded:
    """Images as uint8 of shape (images, height, width, channels); corrupt ones are black, with the reason."""

    pixels: Tensor
    corrupt: dict[int, str]


def decode_images(sources: ImageSources, options: ImageOptions, progress: Progress) -> Decoded:
    """Decode images into one array, in several threads where that is faster.

    Images are grey if all of them are, unless the options say otherwise.
    Raises `DiagnosticError` where sizes differ or the whole would not fit in
    memory.
    """
    height, width, channels = first_shape(sources, options)
    try:
        return _decode_as(sources, options, (height, width, channels), progress)
    except ColourAmongGreyError:
        return _decode_as(sources, options, (height, width, 3), progress)


def check_images(
    sources: ImageSources, options: ImageOptions, shape: tuple[int, int, int], progress: Progress
) -> dict[int, str]:
    """Decode images and keep none: which are corrupt, and why.

    `shape` is the height, width and channels that all should have. Raises
    `DiagnosticError` where one is of another size, or is the first in colour
    among grey ones.
    """
    try:
        return _Decoder(sources, options, shape, None).run(progress)
    except ColourAmongGreyError as error:
        raise DiagnosticError(colour_among_grey(error.source)) from None


def first_shape(sources: ImageSources, options: ImageOptions) -> tuple[int, int, int]:
    """Height, width and channels of the first image that can be decoded.

    Raises `DiagnosticError` where there is none.
    """
    reason = ""
    for index in range(len(sources)):
        try:
            height, width, channels = decode_image(sources[index], options).shape
        except CorruptImageError as error:
            reason = reason or str(error)
            continue
        return height, width, channels
    first = sources[0]
    raise DiagnosticError(
        Diagnostic(
            codes.CORRUPT_IMAGE,
            f"none of the {len(sources)} images can be decoded; the first is {first.name}: {reason}",
            file=first.file,
        )
    )


def colour_among_grey(source: ImageSource) -> Diagnostic:
    """The diagnostic for a colour image that comes after grey ones have been streamed."""
    return Diagnostic(
        codes.COLOUR_AMONG_GREY,
        f"{source.name} has colours but the first image is grey",
        file=source.file,
        help="read all images as RGB, `--channels 3`, or as grey, `--channels 1`",
    )


def corrupt_image(source: ImageSource, reason: str, others: int = 0) -> Diagnostic:
    """The diagnostic for an image that can't be decoded, and so many others that can't."""
    more = f", and {others} more" if others else ""
    return Diagnostic(
        codes.CORRUPT_IMAGE,
        f"{source.name} can't be decoded: {reason}{more}",
        file=source.file,
        help="replace it, or leave such images out: `--corrupt-images skip`",
    )


def skipped_image(source: ImageSource, reason: str) -> Diagnostic:
    """The warning for an image that is left out."""
    return Diagnostic(codes.IMAGE_SKIPPED, f"{source.name} left out: {reason}", file=source.file)


def _decode_as(
    sources: ImageSources, options: ImageOptions, shape: tuple[int, int, int], progress: Progress
) -> Decoded:
    require_memory(len(sources), shape)
    pixels = np.empty((len(sources), *shape), np.uint8)
    corrupt = _Decoder(sources, options, shape, pixels).run(progress)
    return Decoded(torch.from_numpy(pixels), corrupt)


class _Decoder:
    """Goes through the images in threads, and writes them to `pixels` if that is given."""

    def __init__(
        self,
        sources: ImageSources,
        options: ImageOptions,
        shape: tuple[int, int, int],
        pixels: Pixels | None,
    ) -> None:
        self.sources = sources
        self.options = options
        self.shape = shape
        self.pixels = pixels

    def run(self, progress: Progress) -> dict[int, str]:
        corrupt: dict[int, str] = {}
        starts = range(0, len(self.sources), _CHUNK)
        pool = ThreadPoolExecutor(self.threads())
        try:
            for start, found in zip(starts, pool.map(self.decode_chunk, starts), strict=True):
                corrupt |= found
                progress.reading(min(start + _CHUNK, len(self.sources)), len(self.sources))
        finally:
            pool.shutdown(cancel_futures=True)
            progress.close()
        return corrupt

    def threads(self) -> int:
        height, width, _ = self.shape
        large = self.options.resize is not None or height * width >= _WORTH_A_THREAD
        return usable_cores() if large else 1

    def decode_chunk(self, start: int) -> dict[int, str]:
        corrupt: dict[int, str] = {}
        for index in range(start, min(start + _CHUNK, len(self.sources))):
            try:
                image: Pixels | int = decode_fitting(self.sources[index], self.options, self.shape)
            except CorruptImageError as error:
                image = 0
                corrupt[index] = str(error)
            if self.pixels is not None:
                self.pixels[index] = image
        return corrupt
