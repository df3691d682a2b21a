"""Decodes one image, from a file or from bytes."""

from __future__ import annotations

import errno
from io import BytesIO
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from PIL.TiffImagePlugin import BITSPERSAMPLE, SAMPLEFORMAT, TiffImageFile

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as codes
from netdsl.diagnostics.reason import first_line
from netdsl.training.image_options import ImageOptions

Pixels = NDArray[np.uint8]

# The formats of the files that are taken for images: Pillow knows more, and starts a program for some.
FORMATS = ("JPEG", "PNG", "BMP", "DIB", "GIF", "WEBP", "TIFF", "PPM")

# A few bytes can unfold to any number of pixels. Pillow warns from here on.
MOST_PIXELS = 2**30 // 12

# Of the samples of a TIFF file.
_UNSIGNED = (1,)

_GREY = ("1", "L", "LA", "I", "I;16", "I;16L", "I;16B")


class ImageSource(NamedTuple):
    """One encoded image: a whole file (`data` is None), or the bytes in a row of a file of many."""

    file: str
    data: bytes | None = None
    row: int | None = None

    @property
    def name(self) -> str:
        """What messages call the image."""
        return self.file if self.row is None else f"{self.file}, row {self.row},"


class ImageSources(Protocol):
    """Many encoded images, read one at a time."""

    def __len__(self) -> int:
        """How many there are."""
        ...

    def __getitem__(self, index: int, /) -> ImageSource:
        """The one at that position, which any thread may ask for."""
        ...


class CorruptImageError(Exception):
    """An image can't be decoded; the message says why."""


class ColourAmongGreyError(Exception):
    """The images were taken for grey ones, and `source` is none."""

    def __init__(self, source: ImageSource) -> None:
        super().__init__(source.name)
        self.source = source


def decode_image(source: ImageSource, options: ImageOptions) -> Pixels:
    """An image's pixels (height, width, channels), grey or RGB, of the options' size and channels.

    Raises `CorruptImageError` where it is no image or is cut short, and
    `DiagnosticError` where the system could not read it, which says nothing
    about the image.
    """
    try:
        if source.data is None and not Path(source.file).is_file() and Path(source.file).exists():
            raise CorruptImageError("it is not a regular file")
        with Image.open(
            source.file if source.data is None else BytesIO(source.data), formats=FORMATS
        ) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise CorruptImageError(f"it has {opened.width}x{opened.height} pixels, too many")
            pixels = np.asarray(_fit(opened, options))
    except Exception as error:  # Decoders raise whatever a malformed file leads them to.
        if _is_of_the_system(source, error):
            raise DiagnosticError(_unreadable(source, error)) from error
        raise CorruptImageError(_reason(source, error)) from error
    return pixels if pixels.ndim == 3 else pixels[:, :, None]


def decode_fitting(source: ImageSource, options: ImageOptions, shape: tuple[int, int, int]) -> Pixels:
    """An image of that height, width and number of channels; a grey one may have 1 channel among RGB ones.

    Raises `CorruptImageError`, `ColourAmongGreyError` where it has more
    channels, and `DiagnosticError` where it is of another size or could not
    be read.
    """
    image = decode_image(source, options)
    height, width, channels = image.shape
    if channels > shape[2]:
        raise ColourAmongGreyError(source)
    if (height, width) != shape[:2]:
        raise DiagnosticError(
            Diagnostic(
                codes.SIZES_DIFFER,
                f"{source.name} is {height}x{width} (height x width) but the first image is "
                f"{shape[0]}x{shape[1]}",
                file=source.file,
                help=f"bring all images to one size: `--resize {min(shape[:2])}`",
            )
        )
    return image


def _is_of_the_system(source: ImageSource, error: Exception) -> bool:
    """Whether the system refused, as it may not do the next time, and it is not the file that is wrong."""
    if isinstance(error, MemoryError):
        return True
    # Decoders raise OSError too, without a number. A malformed file may have them look for a place that no
    # file has, which is an invalid argument; and a link that leads nowhere is as wrong as a broken file.
    if not isinstance(error, OSError) or error.errno in (None, errno.EINVAL):
        return False
    return error.errno not in (errno.ENOENT, errno.ELOOP) or not Path(source.file).is_symlink()


def _unreadable(source: ImageSource, error: Exception) -> Diagnostic:
    reason = error.strerror if isinstance(error, OSError) else "memory ran out"
    return Diagnostic(
        codes.UNREADABLE_DATA,
        f"{source.name} can't be read: {(reason or str(error)).lower()}",
        file=source.file,
    )


def _reason(source: ImageSource, error: Exception) -> str:
    if source.data is not None and isinstance(error, UnidentifiedImageError):
        return "its bytes are no image" if source.data else "it holds no bytes"
    return first_line(error)


def _fit(image: Image.Image, options: ImageOptions) -> Image.Image:
    if options.channels is None:
        mode = "L" if image.mode in _GREY else "RGB"
    else:
        mode = "L" if options.channels == 1 else "RGB"
    if image.mode.startswith("I"):  # Long numbers of grey, which Pillow would clip at 255 rather than scale.
        image = _in_bytes(image)
    if image.mode != mode:
        image = image.convert(mode)
    if options.resize is not None and image.size[::-1] != options.resize:
        height, width = options.resize
        image = image.resize((width, height), Image.Resampling.BILINEAR)
    return image


def _in_bytes(image: Image.Image) -> Image.Image:
    """Grey of 16 or 32 bits brought to 8.

    Numbers of 32 bits are nearly always those of shorter ones in a longer
    place, and no file says of how short ones: they are taken for those of as
    few bytes as the largest number has.
    """
    values = np.asarray(image).astype(np.int64)
    surplus = 8
    if isinstance(image, TiffImageFile) and image.tag_v2.get(BITSPERSAMPLE) == (32,):
        if image.tag_v2.get(SAMPLEFORMAT, _UNSIGNED) == _UNSIGNED:
            values &= 0xFFFFFFFF
        surplus = 8 * max((int(values.max()).bit_length() - 1) // 8, 0)
    return Image.fromarray((values >> surplus).clip(0, 255).astype(np.uint8))
