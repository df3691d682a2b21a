"""Reads a tree of image folders into a dataset."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import torch

from netdsl.diagnostics import Diagnostic
from netdsl.training.data.assemble import check_sizes, judge_corrupt, kept_positions, make_split
from netdsl.training.data.cache import check_once, decode_once
from netdsl.training.data.dataset import ImageDataset, ImageSplit
from netdsl.training.data.decode import check_images, decode_images, first_shape
from netdsl.training.data.image_file import ImageSource
from netdsl.training.data.packed_paths import PackedPaths
from netdsl.training.data.storage import is_streamed
from netdsl.training.data.streamed import StreamedSplit
from netdsl.training.data.tree import ImageTree, find_parts, list_images
from netdsl.training.image_options import ImageOptions
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
    shapes = {part: first_shape(_Sources(tree), options) for part, tree in trees.items()}
    check_sizes(
        {part: str(tree.folder) for part, tree in trees.items()},
        {part: (height, width) for part, (height, width, _) in shapes.items()},
    )
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
        sources = _Sources(tree)
        decode = partial(decode_images, sources, options, progress)
        decoded[part] = decode_once(root, tree, options, decode)
        warnings += judge_corrupt(sources, decoded[part].corrupt, options)
    channels = max(images.pixels.shape[3] for images in decoded.values())
    splits: Parts = {part: make_split(decoded[part], _labels(tree), channels) for part, tree in trees.items()}
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
            sources = _Sources(tree)
            check = partial(check_images, sources, options, shape, progress)
            corrupt = check_once(root, tree, options, shape, check)
            warnings += judge_corrupt(sources, corrupt, options)
            splits[part] = split.part(kept_positions(len(tree.files), corrupt))
    return splits, warnings


class _Sources:
    """A tree's files as images, each made when it is asked for: mostly the cache has them all."""

    def __init__(self, tree: ImageTree) -> None:
        self._files = tree.files

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, index: int, /) -> ImageSource:
        return ImageSource(self._files[index].path)


def _labels(tree: ImageTree) -> torch.Tensor:
    return torch.tensor([file.label for file in tree.files], dtype=torch.int64)
