"""Reads a NumPy archive of images and labels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from netdsl.diagnostics import Code, Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as codes
from netdsl.diagnostics.reason import first_line
from netdsl.training.data.convert import convert
from netdsl.training.data.dataset import ImageDataset, Split, repeated
from netdsl.training.data.npz_file import read_arrays
from netdsl.training.data.own_parts import ARRAY_PARTS, array_names
from netdsl.training.image_options import ImageOptions

Array = NDArray[np.generic]

_CLASS_NAMES = ("classes", "class_names", "label_names")
_OWN_NAMES = "give each class a name of its own: results are kept by them"


def load_npz(path: Path, options: ImageOptions) -> ImageDataset:
    """Read `x_train`, `y_train` (`train_images`, `train_labels`), and the val and test pairs if there.

    Python objects in the file are never loaded. Raises `DiagnosticError`
    where the file is broken or its arrays don't belong together.
    """
    arrays, there = _read(path)
    splits = {part: _split(path, arrays, names, options) for part, names in ARRAY_PARTS.items()}
    train = splits["train"]
    if train is None:
        raise _wrong(path, f"has no training images, only {', '.join(there[:10]) or 'nothing'}")
    for part, split in splits.items():
        if split is not None and split.shape != train.shape:
            raise _wrong(path, f"has training images of {train.shape} and {part} images of {split.shape}")
    classes = _classes(path, arrays, [split for split in splits.values() if split is not None])
    return ImageDataset(path.stem, train, splits["validation"], splits["test"], classes)


def _read(path: Path) -> tuple[dict[str, Array], list[str]]:
    wanted = [name for names in ARRAY_PARTS.values() for name in array_names(names)]
    try:
        return read_arrays(path, (*wanted, *_CLASS_NAMES))
    except (PermissionError, DiagnosticError):
        raise
    except Exception as error:  # NumPy raises whatever a malformed header leads it to.
        reason = first_line(error)
        raise _fault(codes.BROKEN_ARRAYS, path, f"can't be read as a .npz file: {reason}") from error


def _split(
    path: Path, arrays: dict[str, Array], names: tuple[str, ...], options: ImageOptions
) -> Split | None:
    for name in names:
        for x, y in ((f"x_{name}", f"y_{name}"), (f"{name}_images", f"{name}_labels")):
            if x in arrays and y in arrays:
                images, labels = _images(path, x, arrays[x]), _labels(path, y, arrays[y])
                if len(images) != len(labels):
                    raise _wrong(path, f"has {len(images)} images in {x} but {len(labels)} labels in {y}")
                return Split(convert(images, options), labels)
            if x in arrays or y in arrays:
                raise _wrong(path, f"has {x if x in arrays else y} but no {y if x in arrays else x}")
    return None


def _images(path: Path, name: str, array: Array) -> Tensor:
    if array.dtype != np.uint8:
        raise _wrong(
            path,
            f"has {name} of type {array.dtype}, not uint8",
            "store pixels from 0 to 255: `(x * 255).round().astype('uint8')` where they go from 0 to 1",
        )
    if array.ndim not in (3, 4) or 0 in array.shape:
        raise _wrong(path, f"has {name} of shape {array.shape}, which is no list of images")
    images = torch.from_numpy(np.ascontiguousarray(array))
    if array.ndim == 3:
        return images.unsqueeze(1)
    if array.shape[-1] in (1, 3):
        return images.permute(0, 3, 1, 2)
    if array.shape[1] in (1, 3):
        return images
    raise _wrong(path, f"has {name} of shape {array.shape}, with neither 1 nor 3 channels first or last")


def _labels(path: Path, name: str, array: Array) -> Tensor:
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer):
        raise _wrong(
            path, f"has {name} of shape {array.shape} and type {array.dtype}, not a list of whole numbers"
        )
    labels: NDArray[Any] = array.astype(np.int64)
    if labels.size and labels.min() < 0:
        raise _wrong(path, f"has a label below 0 in {name}")
    return torch.from_numpy(labels)


def _classes(path: Path, arrays: dict[str, Array], splits: list[Split]) -> tuple[str, ...]:
    count = 1 + max(int(split.labels.max()) for split in splits)
    for key in _CLASS_NAMES:
        if key in arrays and arrays[key].ndim == 1 and arrays[key].dtype.kind in "US":
            names = tuple(str(name) for name in arrays[key].astype(str))
            if len(names) < count:
                raise _wrong(path, f"has {len(names)} names in {key} but labels up to {count - 1}")
            if (twice := repeated(names)) is not None:
                raise _wrong(path, f"names `{twice}` twice in {key}", _OWN_NAMES)
            return names
    largest = sum(len(split) for split in splits)
    if count > largest:
        raise _wrong(path, f"has a label of {count - 1}, more than it has images")
    return tuple(str(label) for label in range(count))


def _wrong(path: Path, problem: str, help_text: str | None = None) -> DiagnosticError:
    return _fault(codes.WRONG_ARRAYS, path, problem, help_text)


def _fault(code: Code, path: Path, problem: str, help_text: str | None = None) -> DiagnosticError:
    return DiagnosticError(Diagnostic(code, f"{path} {problem}", file=str(path), help=help_text))
