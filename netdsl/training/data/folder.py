"""Reads a tree of image folders into a dataset."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training.data.cache import decode_once
from netdsl.training.data.convert import to_channels
from netdsl.training.data.dataset import ImageDataset, Split
from netdsl.training.data.decode import Decoded, decode_images
from netdsl.training.data.options import ImageOptions
from netdsl.training.data.tree import ImageTree, find_parts, list_images
from netdsl.training.progress import Progress


def load_folder(folder: Path, options: ImageOptions, progress: Progress) -> ImageDataset:
    """Read `train/`, `val/` and `test/` with a folder a class each, or the classes alone (all for training).

    Raises `DiagnosticError` where the tree is not of that form, an image is
    corrupt (unless they are to be skipped) or the images' sizes differ, and
    `OSError` where a folder can't be read.
    """
    parts = find_parts(folder)
    trees = {"train": list_images(parts["train"])}
    classes = trees["train"].classes
    for part in ("validation", "test"):
        if part in parts:
            trees[part] = list_images(parts[part], classes)
    decoded = {part: _decode(folder, tree, options, progress) for part, tree in trees.items()}
    _check_sizes(trees, decoded)
    channels = max(images.pixels.shape[3] for images in decoded.values())
    splits = {part: _split(tree, decoded[part], channels) for part, tree in trees.items()}
    return ImageDataset(
        folder.resolve().name,
        splits["train"],
        splits.get("validation"),
        splits.get("test"),
        classes,
        tuple(warning for part, tree in trees.items() for warning in _skipped(tree, decoded[part])),
    )


def _decode(root: Path, tree: ImageTree, options: ImageOptions, progress: Progress) -> Decoded:
    paths = [file.path for file in tree.files]
    decoded = decode_once(root, tree, options, lambda: decode_images(paths, options, progress))
    if decoded.corrupt and options.corrupt_images == "error":
        raise DiagnosticError(_corrupt(tree, decoded.corrupt))
    return decoded


def _corrupt(tree: ImageTree, corrupt: dict[int, str]) -> Diagnostic:
    first = min(corrupt)
    more = f", and {len(corrupt) - 1} more" if len(corrupt) > 1 else ""
    return Diagnostic(
        codes.CORRUPT_IMAGE,
        f"{tree.files[first].path} can't be decoded: {corrupt[first]}{more}",
        file=tree.files[first].path,
        help="replace it, or leave such images out: `--corrupt-images skip`",
    )


def _skipped(tree: ImageTree, decoded: Decoded) -> Iterator[Diagnostic]:
    for index, reason in sorted(decoded.corrupt.items()):
        path = tree.files[index].path
        yield Diagnostic(codes.IMAGE_SKIPPED, f"{path} left out: {reason}", file=path)


def _split(tree: ImageTree, decoded: Decoded, channels: int) -> Split:
    images = to_channels(decoded.pixels.permute(0, 3, 1, 2), channels)
    labels = torch.tensor([file.label for file in tree.files], dtype=torch.int64)
    if decoded.corrupt:
        kept = torch.ones(len(tree.files), dtype=torch.bool)
        kept[list(decoded.corrupt)] = False
        images, labels = images[kept], labels[kept]
    return Split(images, labels)


def _check_sizes(trees: dict[str, ImageTree], decoded: dict[str, Decoded]) -> None:
    height, width = decoded["train"].pixels.shape[1:3]
    for part, images in decoded.items():
        if images.pixels.shape[1:3] != (height, width):
            other_height, other_width = images.pixels.shape[1:3]
            folder = trees[part].folder
            raise DiagnosticError(
                Diagnostic(
                    codes.SIZES_DIFFER,
                    f"images in {folder} are {other_height}x{other_width} (height x width) but those in "
                    f"{trees['train'].folder} are {height}x{width}",
                    file=str(folder),
                    help=f"bring all images to one size: `--resize {min(height, width)}`",
                )
            )
