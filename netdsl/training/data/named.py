"""The well-known sets, read and downloaded by torchvision."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as codes
from netdsl.diagnostics.reason import first_line
from netdsl.training.data.convert import convert
from netdsl.training.data.dataset import ImageDataset, Split
from netdsl.training.data.userdirs import user_cache
from netdsl.training.image_options import ImageOptions

# torchvision is not typed; what is read off its datasets is checked by Split.
_TorchvisionSet = Any


def load_named(name: str, data_dir: Path | None, options: ImageOptions) -> ImageDataset:
    """Read a set that torchvision knows, downloading it to `data_dir` first where it is not there yet.

    Raises `DiagnosticError` where the download fails.
    """
    root = data_dir.expanduser() if data_dir is not None else user_cache() / "data"
    make = _constructor(name)
    if name == "svhn":
        _require_scipy(name)
    try:
        train, test = make(root, True), make(root, False)
    except Exception as error:  # torchvision raises whatever a damaged file leads it to.
        raise DiagnosticError(_failed(name, root, error)) from error
    return ImageDataset(name, _split(train, options), None, _split(test, options), _classes(train))


def _constructor(name: str) -> Callable[[Path, bool], _TorchvisionSet]:
    from torchvision import datasets

    if name == "svhn":
        return lambda root, train: datasets.SVHN(
            str(root / "svhn"), split="train" if train else "test", download=True
        )
    kind = {
        "cifar10": datasets.CIFAR10,
        "cifar100": datasets.CIFAR100,
        "mnist": datasets.MNIST,
        "fashion_mnist": datasets.FashionMNIST,
    }[name]
    return lambda root, train: kind(str(root), train=train, download=True)


def _require_scipy(name: str) -> None:
    """Ask before the download: torchvision would only after it."""
    if find_spec("scipy") is None:
        raise DiagnosticError(
            Diagnostic(
                codes.MISSING_READER,
                f"reading {name} needs scipy, which is not installed",
                help="pip install 'netdsl[svhn]'",
            )
        )


def _split(dataset: _TorchvisionSet, options: ImageOptions) -> Split:
    labels = dataset.labels if hasattr(dataset, "labels") else dataset.targets
    images = _images(dataset.data)
    return Split(convert(images, options), torch.as_tensor(np.asarray(labels), dtype=torch.int64))


def _images(data: _TorchvisionSet) -> Tensor:
    images = torch.as_tensor(data)
    if images.dim() == 3:
        return images.unsqueeze(1)
    return images.permute(0, 3, 1, 2) if images.shape[-1] == 3 else images


def _classes(dataset: _TorchvisionSet) -> tuple[str, ...]:
    names = getattr(dataset, "classes", None) or range(10)
    return tuple(str(name) for name in names)


def _failed(name: str, root: Path, error: Exception) -> Diagnostic:
    reason = first_line(error)
    return Diagnostic(
        codes.DOWNLOAD_FAILED,
        f"{name} can't be read from {root}, nor downloaded to it: {reason}",
        help="name the folder that holds it with `--data-dir`, or train on `--data shapes`, which is "
        "drawn on the spot",
    )
