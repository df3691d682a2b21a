"""Reads a tree of image folders into a dataset."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import torch

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training.data.cache import check_once, decode_once
from netdsl.training.data.convert import to_channels
from netdsl.training.data.dataset import ImageDataset, ImageSplit, Split
from netdsl.training.data.decode import (
    check_images,
    corrupt_image,
    decode_images,
    first_shape,
    skipped_image,
)
from netdsl.training.data.image_file import ImageSource
from netdsl.training.data.options import ImageOptions
from netdsl.training.data.packed_paths import PackedPaths
from netdsl.training.data.storage import is_streamed
from netdsl.training.data.streamed import StreamedSplit
from netdsl.training.data.tree import ImageTree, find_parts, list_images
from netdsl.training.progress import Progress

Shape = tuple[int, int, int]
Parts = dict[str, ImageSplit]


def load_folder(folder: Path, options: ImageOptions, progress: Progress) -> ImageDataset:
    """Read `train/`, `val/` and `test/` with a folder a class each, or the classes alone (all for training).

    The images are decoded into memory, or streamed, as the options say.
    Raises `DiagnosticError` where the tree is not of that form, an image is
    corrupt (unless they are to be skipped) or the images' sizes differ, and
    `OSError` where a folder can't be read. Streamed images are found corrupt
    or of another size only when they are read, unless they are to be skipped.
    """
    parts = find_parts(folder)
    trees = {"train": list_images(parts["train"])}
    classes = trees["train"].classes
    for part in ("validation", "test"):
        if part in parts:
            trees[part] = list_images(parts[part], classes)
    shapes = {part: first_shape(_sources(tree), options) for part, tree in trees.items()}
    _check_sizes(trees, shapes)
    height, width, _ = shapes["train"]
    shape = (height, width, max(channels for _, _, channels in shapes.values()))
    count = sum(len(tree.files) for tree in trees.values())
    read = _stream if is_streamed(count, shape, options.storage, progress) else _decode
    splits, warnings = read(folder, trees, shape, options, progress)
    return ImageDataset(
        folder.resolve().name,
        splits["train"],
        splits.get("validation"),
        splits.get("test"),
        classes,
        tuple(warnings),
    )


def _decode(
    root: Path, trees: dict[str, ImageTree], shape: Shape, options: ImageOptions, progress: Progress
) -> tuple[Parts, list[Diagnostic]]:
    """Every part in memory."""
    warnings: list[Diagnostic] = []
    decoded = {}
    for part, tree in trees.items():
        sources = _sources(tree)
        decode = partial(decode_images, sources, options, progress)
        decoded[part] = decode_once(root, tree, options, decode)
        warnings += _judge(sources, decoded[part].corrupt, options)
    channels = max(images.pixels.shape[3] for images in decoded.values())
    splits: Parts = {}
    for part, tree in trees.items():
        images, labels = to_channels(decoded[part].pixels.permute(0, 3, 1, 2), channels), _labels(tree)
        if decoded[part].corrupt:
            kept = _kept(tree, decoded[part].corrupt)
            images, labels = images[kept], labels[kept]
        splits[part] = Split(images, labels)
    return splits, warnings


def _stream(
    root: Path, trees: dict[str, ImageTree], shape: Shape, options: ImageOptions, progress: Progress
) -> tuple[Parts, list[Diagnostic]]:
    """Every part in its files; looked through once where corrupt ones are to be left out."""
    height, width, channels = shape
    warnings: list[Diagnostic] = []
    splits: Parts = {}
    for part, tree in trees.items():
        paths = PackedPaths.pack(file.path for file in tree.files)
        split = StreamedSplit(paths, _labels(tree), (channels, height, width), options)
        splits[part] = split
        if options.corrupt_images == "skip":
            sources = _sources(tree)
            check = partial(check_images, sources, options, shape, progress)
            corrupt = check_once(root, tree, options, shape, check)
            warnings += _judge(sources, corrupt, options)
            splits[part] = split.part(_kept(tree, corrupt))
    return splits, warnings


def _sources(tree: ImageTree) -> list[ImageSource]:
    return [ImageSource(file.path) for file in tree.files]


def _labels(tree: ImageTree) -> torch.Tensor:
    return torch.tensor([file.label for file in tree.files], dtype=torch.int64)


def _kept(tree: ImageTree, corrupt: dict[int, str]) -> torch.Tensor:
    kept = torch.ones(len(tree.files), dtype=torch.bool)
    kept[list(corrupt)] = False
    return kept.nonzero().squeeze(1)


def _judge(sources: list[ImageSource], corrupt: dict[int, str], options: ImageOptions) -> list[Diagnostic]:
    """Warnings of the corrupt images, or an exception where they are not to be skipped."""
    if corrupt and options.corrupt_images == "error":
        first = min(corrupt)
        raise DiagnosticError(corrupt_image(sources[first], corrupt[first], len(corrupt) - 1))
    return [skipped_image(sources[index], reason) for index, reason in sorted(corrupt.items())]


def _check_sizes(trees: dict[str, ImageTree], shapes: dict[str, Shape]) -> None:
    height, width, _ = shapes["train"]
    for part, (other_height, other_width, _) in shapes.items():
        if (other_height, other_width) != (height, width):
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
