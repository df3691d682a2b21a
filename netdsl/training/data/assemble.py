"""From decoded images to a split, whatever they were decoded from."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training.data.convert import to_channels
from netdsl.training.data.dataset import Split
from netdsl.training.data.decode import Decoded, corrupt_image, skipped_image
from netdsl.training.data.image_file import ImageSources
from netdsl.training.image_options import ImageOptions


def make_split(decoded: Decoded, labels: Tensor, channels: int) -> Split:
    """The images that are not corrupt, with that many channels, and their labels (int64, one an image)."""
    images = to_channels(decoded.pixels.permute(0, 3, 1, 2), channels)
    if decoded.corrupt:
        kept = kept_positions(len(labels), decoded.corrupt)
        images, labels = images[kept], labels[kept]
    return Split(images, labels)


def kept_positions(count: int, corrupt: Mapping[int, str]) -> Tensor:
    """The positions, of so many images, that are not corrupt: int64, ascending."""
    kept = torch.ones(count, dtype=torch.bool)
    kept[list(corrupt)] = False
    return kept.nonzero().squeeze(1)


def judge_corrupt(
    sources: ImageSources, corrupt: Mapping[int, str], options: ImageOptions
) -> list[Diagnostic]:
    """The warnings of corrupt images (position and reason).

    Raises `DiagnosticError`, naming the first, where they are not to be left
    out.
    """
    if corrupt and options.corrupt_images == "error":
        first = min(corrupt)
        raise DiagnosticError(corrupt_image(sources[first], corrupt[first], len(corrupt) - 1))
    return [skipped_image(sources[index], reason) for index, reason in sorted(corrupt.items())]


def check_sizes(places: Mapping[str, str], sizes: Mapping[str, tuple[int, int]]) -> None:
    """Raise `DiagnosticError` where parts differ in height and width from the part `train`.

    Both are by part; `places` say where a part's images come from.
    """
    height, width = sizes["train"]
    for part, (other_height, other_width) in sizes.items():
        if (other_height, other_width) != (height, width):
            raise DiagnosticError(
                Diagnostic(
                    codes.SIZES_DIFFER,
                    f"images in {places[part]} are {other_height}x{other_width} (height x width) but those "
                    f"in {places['train']} are {height}x{width}",
                    file=places[part],
                    help=f"bring all images to one size: `--resize {min(height, width)}`",
                )
            )
