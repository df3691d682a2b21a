"""Reads parquet files of encoded images, as Hugging Face's datasets have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import torch

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training.data.assemble import check_sizes, judge_corrupt, make_split
from netdsl.training.data.dataset import ImageDataset, repeated
from netdsl.training.data.decode import Decoded, decode_images
from netdsl.training.data.own_parts import PARQUET, PARQUET_PREFIXES
from netdsl.training.data.parquet_file import ParquetFile, describe, wrong
from netdsl.training.data.parquet_images import ParquetImages
from netdsl.training.image_options import ImageOptions
from netdsl.training.progress import Progress


def is_parquet(path: Path) -> bool:
    """Whether a file is a parquet file by its name."""
    return path.suffix.lower() == PARQUET


def find_shards(folder: Path) -> dict[str, list[Path]]:
    """The files of each part in a folder, or in the folder `data` inside it.

    There are none where the folder is a tree of images. Raises
    `DiagnosticError` where there are parquet files and no other folders, but
    none is called `train*.parquet`.
    """
    for place in (folder, folder / "data"):
        files = sorted(path for path in place.iterdir() if is_parquet(path)) if place.is_dir() else []
        parts = {
            part: [path for path in files if path.name.lower().startswith(prefix)]
            for part, prefix in PARQUET_PREFIXES.items()
        }
        if parts["train"]:
            return {part: paths for part, paths in parts.items() if paths}
        others = [path for path in folder.iterdir() if path.is_dir() and path.name != "data"]
        if files and not any(path.name[0] != "." for path in others):
            raise wrong(place, f"has no train*{PARQUET}, only {', '.join(path.name for path in files[:5])}")
    return {}


def load_parquet(
    name: str, shards: Mapping[str, Sequence[Path]], options: ImageOptions, progress: Progress
) -> ImageDataset:
    """Decode the images of the files of each part (`train`, perhaps `validation` and `test`) into memory.

    Classes have the names that the files give them, else their numbers.
    Raises `DiagnosticError` where a file is broken or has no images or
    labels, an image is corrupt (unless they are to be skipped), the images'
    sizes differ, they don't fit in memory, or pyarrow is missing.
    """
    _require_pyarrow(name)
    files = {part: [describe(path) for path in paths] for part, paths in shards.items()}
    for some in files.values():
        if not sum(sum(file.group_rows) for file in some):
            raise wrong(some[0].path, "has no rows")
    labels = {part: torch.cat([file.read_labels() for file in some]) for part, some in files.items()}
    classes = _classes([file for some in files.values() for file in some], list(labels.values()))
    decoded: dict[str, Decoded] = {}
    warnings: list[Diagnostic] = []
    for part, some in files.items():
        sources = ParquetImages(some)
        decoded[part] = decode_images(sources, options, progress)
        warnings += judge_corrupt(sources, decoded[part].corrupt, options)
    check_sizes(
        {part: str(some[0].path) for part, some in files.items()},
        {part: (images.pixels.shape[1], images.pixels.shape[2]) for part, images in decoded.items()},
    )
    channels = max(images.pixels.shape[3] for images in decoded.values())
    splits = {part: make_split(images, labels[part], channels) for part, images in decoded.items()}
    return ImageDataset(
        name, splits["train"], splits.get("validation"), splits.get("test"), classes, tuple(warnings)
    )


def _classes(files: Sequence[ParquetFile], labels: Sequence[torch.Tensor]) -> tuple[str, ...]:
    first = files[0]
    for file in files:
        if file.classes != first.classes:
            raise wrong(file.path, f"names other classes than {first.path}")
    if first.classes is not None:
        if (twice := repeated(first.classes)) is not None:
            raise wrong(first.path, f"names the class `{twice}` twice")
        return first.classes
    count = 1 + max(int(some.max()) for some in labels)
    if count > sum(len(some) for some in labels):
        raise wrong(
            first.path, f"and the files beside it have a label of {count - 1}, more than they have images"
        )
    return tuple(str(label) for label in range(count))


def _require_pyarrow(name: str) -> None:
    if find_spec("pyarrow") is None:
        raise DiagnosticError(
            Diagnostic(
                codes.MISSING_READER,
                f"reading {name} needs pyarrow, which is not installed",
                help="pip install 'netdsl[parquet]'",
            )
        )
