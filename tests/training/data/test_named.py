from __future__ import annotations

import gzip
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training import load_dataset
from netdsl.training.data.names import NAMED_SETS

Refused = Callable[[Callable[[], object]], Diagnostic]


def write_idx(path: Path, array: NDArray[np.generic]) -> None:
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    path.write_bytes(header + array.astype(np.uint8).tobytes())
    with gzip.open(path.with_suffix(".gz"), "wb") as file:
        file.write(path.read_bytes())


def test_files_that_are_there_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "MNIST" / "raw"
    folder.mkdir(parents=True)
    random = np.random.default_rng(0)
    pixels = {}
    for part, count in (("train", 12), ("t10k", 10)):
        pixels[part] = random.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        write_idx(folder / f"{part}-images-idx3-ubyte", pixels[part])
        write_idx(folder / f"{part}-labels-idx1-ubyte", np.arange(count) % 10)
    dataset = load_dataset("mnist", tmp_path)
    assert dataset.shape == NAMED_SETS["mnist"].shape == (1, 28, 28)
    assert len(dataset.classes) == 10
    assert np.array_equal(dataset.train.images[:, 0].numpy(), pixels["train"])
    assert dataset.test is not None
    assert dataset.test.labels.tolist() == list(range(10))


def test_damaged_files_are_a_diagnostic(tmp_path: Path, refused: Refused) -> None:
    folder = tmp_path / "MNIST" / "raw"
    folder.mkdir(parents=True)
    for part in ("train", "t10k"):
        write_idx(folder / f"{part}-images-idx3-ubyte", np.zeros((12, 28, 28), np.uint8))
        write_idx(folder / f"{part}-labels-idx1-ubyte", np.arange(12) % 10)
    images = folder / "t10k-images-idx3-ubyte"
    images.write_bytes(images.read_bytes()[:500])
    assert refused(lambda: load_dataset("mnist", tmp_path)).code == codes.DOWNLOAD_FAILED


@pytest.mark.parametrize("name", ["cifar10", "cifar100", "mnist", "fashion_mnist"])
def test_a_failing_download_is_a_diagnostic(
    tmp_path: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise OSError("Name or service not known")

    monkeypatch.setattr("urllib.request.urlopen", unreachable)
    found = refused(lambda: load_dataset(name, tmp_path))
    assert found.code == codes.DOWNLOAD_FAILED
    assert name in found.message
    assert str(tmp_path) in found.message
    assert found.help is not None
    assert "--data-dir" in found.help


def test_svhn_without_its_reader_says_what_to_install(
    tmp_path: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "scipy", None)
    monkeypatch.setitem(sys.modules, "scipy.io", None)
    found = refused(lambda: load_dataset("svhn", tmp_path))
    assert found.code == codes.MISSING_READER
    assert found.help == "pip install 'netdsl[svhn]'"
