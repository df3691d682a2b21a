from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training import ImageOptions, load_dataset
from netdsl.training.data import machine

Refused = Callable[[Callable[[], object]], Diagnostic]


def pixels(*shape: int) -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


def labels(count: int) -> NDArray[np.int64]:
    return np.arange(count) % 3


@pytest.mark.parametrize(
    ("x", "y", "validation"),
    [("x_{}", "y_{}", "val"), ("x_{}", "y_{}", "validation"), ("{}_images", "{}_labels", "val")],
)
def test_both_conventions(tmp_path: Path, x: str, y: str, validation: str) -> None:
    arrays: dict[str, NDArray[np.generic]] = {}
    for part, count in (("train", 6), (validation, 3), ("test", 4)):
        arrays[x.format(part)] = pixels(count, 5, 7, 3)
        arrays[y.format(part)] = labels(count)[:, None]
    np.savez_compressed(tmp_path / "set.npz", **arrays)  # type: ignore[arg-type]
    dataset = load_dataset(str(tmp_path / "set.npz"))
    assert (dataset.name, dataset.shape, dataset.classes) == ("set", (3, 5, 7), ("0", "1", "2"))
    assert dataset.validation is not None
    assert dataset.test is not None
    assert [len(part) for part in (dataset.train, dataset.validation, dataset.test)] == [6, 3, 4]
    expected = arrays[x.format("train")].transpose(0, 3, 1, 2)
    assert np.array_equal(dataset.train.images.numpy(), expected)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((4, 5, 7), (1, 5, 7)),
        ((4, 5, 7, 1), (1, 5, 7)),
        ((4, 3, 5, 7), (3, 5, 7)),
        ((4, 5, 7, 3), (3, 5, 7)),
    ],
)
def test_layouts(tmp_path: Path, shape: tuple[int, ...], expected: tuple[int, int, int]) -> None:
    np.savez(tmp_path / "set.npz", x_train=pixels(*shape), y_train=labels(4).astype(np.uint8))
    dataset = load_dataset(str(tmp_path / "set.npz"))
    assert dataset.shape == expected
    assert dataset.test is None


def test_class_names_and_options(tmp_path: Path) -> None:
    names = np.array(["ant", "bee", "cow"])
    np.savez(tmp_path / "set.npz", x_train=pixels(6, 8, 8), y_train=labels(6), classes=names)
    dataset = load_dataset(str(tmp_path / "set.npz"), options=ImageOptions(resize=(4, 4), channels=3))
    assert dataset.classes == ("ant", "bee", "cow")
    assert dataset.shape == (3, 4, 4)


@pytest.mark.parametrize(
    ("arrays", "told"),
    [
        ({"x": pixels(4, 5, 5), "y": labels(4)}, "no training images, only x, y"),
        ({"x_train": pixels(4, 5, 5)}, "x_train but no y_train"),
        ({"y_train": labels(4)}, "y_train but no x_train"),
        ({"x_train": pixels(4, 5, 5), "y_train": labels(5)}, "4 images in x_train but 5 labels in y_train"),
        ({"x_train": pixels(4, 5, 5) / 255, "y_train": labels(4)}, "float64, not uint8"),
        ({"x_train": pixels(4, 25), "y_train": labels(4)}, "no list of images"),
        ({"x_train": pixels(0, 5, 5), "y_train": labels(0)}, "no list of images"),
        ({"x_train": pixels(4, 5, 5, 2), "y_train": labels(4)}, "neither 1 nor 3 channels"),
        ({"x_train": pixels(4, 5, 5), "y_train": labels(4) - 1}, "label below 0"),
        ({"x_train": pixels(4, 5, 5), "y_train": labels(4) * 10**12}, "more than it has images"),
        ({"x_train": pixels(4, 5, 5), "y_train": np.eye(4)}, "not a list of whole numbers"),
        (
            {"x_train": pixels(4, 5, 5), "y_train": labels(4), "classes": np.array(["a"])},
            "1 names in classes",
        ),
        (
            {"x_train": pixels(4, 5, 5), "y_train": labels(4), "class_names": np.array(["a", "b", "a", "b"])},
            "names `a` twice in class_names",
        ),
        (
            {
                "x_train": pixels(4, 5, 5),
                "y_train": labels(4),
                "x_test": pixels(4, 6, 6),
                "y_test": labels(4),
            },
            "(1, 5, 5) and test images of (1, 6, 6)",
        ),
    ],
)
def test_arrays_that_do_not_belong_together(
    tmp_path: Path, refused: Refused, arrays: dict[str, NDArray[np.generic]], told: str
) -> None:
    np.savez(tmp_path / "set.npz", **arrays)  # type: ignore[arg-type]
    found = refused(lambda: load_dataset(str(tmp_path / "set.npz")))
    assert found.code == codes.WRONG_ARRAYS
    assert told in found.message


def array(descr: str, shape: str, content: bytes) -> bytes:
    """A `.npy` file with any header."""
    header = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}}}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + content


def packed(path: Path, **members: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)


GOOD = array("|u1", "(3, 2, 2)", bytes(12))
THREE = array("|u1", "(3,)", bytes([0, 1, 2]))


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"x_train": array("|u1", "(99999999999, 9, 9)", bytes(9))}, "x_train says that it takes"),
        ({"x_train": array("|u1", "(-3, 2, -2)", bytes(12))}, "x_train says"),
        ({"x_train": array("|u1", "(3, 2, 2)", bytes(13))}, "says that it takes 12 bytes, and has 13"),
        ({"y_train": array("<U0", "(4611686018427387904,)", b"")}, "of the type <U0"),
        ({"classes": array("<U0", "(4611686018427387904,)", b"")}, "of the type <U0"),
        ({"classes": array("|V0", "(9,)", b"")}, "of the type"),
        ({"x_train": array("|O", "(3, 2, 2)", b"x")}, "Python objects"),
        ({"x_train": b"\x93NUMPY\x09\x00" + bytes(20)}, "version"),
    ],
)
def test_headers_that_lie(tmp_path: Path, refused: Refused, members: dict[str, bytes], told: str) -> None:
    packed(tmp_path / "set.npz", **{"x_train": GOOD, "y_train": THREE, **members})
    found = refused(lambda: load_dataset(str(tmp_path / "set.npz")))
    assert found.code == codes.BROKEN_ARRAYS
    assert told in found.message


def test_what_unfolds_to_more_than_there_is_is_not_unpacked(
    tmp_path: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "set.npz"
    packed(path, x_train=array("|u1", "(3, 1000, 1000)", bytes(3_000_000)), y_train=THREE)
    assert path.stat().st_size < 10_000
    monkeypatch.setattr(machine, "available_memory", lambda: 3_000_002)
    with monkeypatch.context() as patched:
        patched.setattr("numpy.lib.format.read_array", pytest.fail)
        assert refused(lambda: load_dataset(str(path))).code == codes.TOO_LARGE
    monkeypatch.setattr(machine, "available_memory", lambda: 3_000_003)
    assert len(load_dataset(str(path)).train) == 3


def test_what_is_not_asked_for_is_not_unpacked(tmp_path: Path) -> None:
    packed(tmp_path / "set.npz", x_train=GOOD, y_train=THREE, notes=array("|O", "(1,)", b"a pickle"))
    assert len(load_dataset(str(tmp_path / "set.npz")).train) == 3


def test_broken_files_and_pickles(tmp_path: Path, refused: Refused) -> None:
    path = tmp_path / "set.npz"
    np.savez(path, x_train=pixels(40, 50, 50), y_train=labels(40))
    whole = path.read_bytes()
    for content in (b"", b"text", whole[: len(whole) // 2], whole[:100] + b"\0" * 5000 + whole[5100:]):
        path.write_bytes(content)
        assert refused(lambda: load_dataset(str(path))).code == codes.BROKEN_ARRAYS
    np.savez(path, x_train=np.array([{"an": "object"}], dtype=object), y_train=labels(1))
    found = refused(lambda: load_dataset(str(path)))
    assert found.code == codes.BROKEN_ARRAYS
    assert "Python objects" in found.message
