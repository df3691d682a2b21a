"""`.npz` files of images."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from collections.abc import Callable, Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray

from conformance.hostile.kind import Kind
from conformance.hostile.kinds.loading import load
from conformance.hostile.mutate.bytewise import INTEGERS, mutate_bytes

_SHAPES = (
    *("(4, 5, 5)", "(4, 5, 5, 3)", "(0,)", "()", "(4,)", "(1000000000000,)", "(4611686018427387904,)"),
    *("(-1, 5, 5)", "(4, -5, -5)", "(4, 5)", "(2147483648, 2147483648, 4)", "(4.0, 5)", "4"),
)
_TYPES = (
    *("|u1", "<i8", "<u8", "<f4", "|O", "<U0", "<U1000000000", "|S0", "|V0", "|V9", "|b1", "<M8[s]", "<c16"),
    *("<i8, <i8", "(2,)<i4", "[('a', '|O')]", ">i2", "x", "|u1'", "__import__('os')"),
)
_NAMES = ("x_test", "y_test", "train_images", "train_labels", "classes", "x_val", "y_val")
_MEMBERS = (
    *("../../x_train.npy", "/x_train.npy", "x_train.npy\0", "x_train", "x_train.NPY", "classes.npy"),
    "a" * 3000,
)
# LZMA takes long.
_METHODS = (*[zipfile.ZIP_STORED] * 8, *[zipfile.ZIP_DEFLATED] * 8, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_HEADERS = ("(" * 3000, "{" * 90, "1" * 9000, "x" * 70_000, "{}", "", "[" * 300 + "]" * 300)


class Arrays(Kind):
    """Archives of arrays: bytes of good ones changed, or ones that lie about themselves."""

    name = "arrays"

    def seeds(self) -> Sequence[bytes]:
        """Small sets of images, grey and in colour, with and without parts and names."""
        draw = np.random.default_rng(0)
        x, y = draw.integers(0, 256, (4, 5, 5, 3), dtype=np.uint8), np.arange(4) % 2
        sets: list[dict[str, NDArray[np.generic]]] = [
            {"x_train": x, "y_train": y},
            {"train_images": x[..., 0], "train_labels": y[:, None], "classes": np.array(["a", "b"])},
            {"x_train": x, "y_train": y, "x_test": x[:2], "y_test": y[:2], "x_val": x, "y_val": y},
        ]
        return [_written(np.savez, each) for each in sets] + [_written(np.savez_compressed, sets[1])]

    def draw(self, random: Random, pool: Sequence[bytes]) -> bytes:
        """Bytes changed, or an archive whose headers are drawn."""
        data = _archive(random) if random.random() < 0.6 else random.choice(pool)
        for _ in range(int(random.expovariate(1.6)) + (random.random() < 0.2)):
            data = mutate_bytes(random, data, pool)
        return data

    def run(self, data: bytes) -> frozenset[str]:
        """Load the file as `--data` does."""
        path = self.folder / "set.npz"
        path.write_bytes(data)
        return load(path)


def _written(save: Callable[..., None], arrays: dict[str, NDArray[np.generic]]) -> bytes:
    buffer = io.BytesIO()
    save(buffer, **arrays)
    return buffer.getvalue()


def _archive(random: Random) -> bytes:
    """An archive of the arrays that are read, some of which are not what they say."""
    buffer = io.BytesIO()
    method = random.choice(_METHODS)
    names = dict.fromkeys(("x_train", "y_train", *random.sample(_NAMES, random.randrange(4))))
    with zipfile.ZipFile(buffer, "w", method) as archive, warnings.catch_warnings():
        # One name twice, which is meant.
        warnings.simplefilter("ignore")
        for name in names:
            member = f"{name}.npy" if random.random() < 0.95 else random.choice(_MEMBERS)
            archive.writestr(member, _array(random, images=name.startswith(("x_", "train_i"))))
    data = buffer.getvalue()
    if random.random() < 0.2:
        # The directory at the end, which says how large the members are.
        at = data.rfind(b"PK\x01\x02") + random.choice((10, 16, 20, 24, 28, 42))
        data = data[:at] + struct.pack("<I", random.choice(INTEGERS) % 2**32) + data[at + 4 :]
    return data


def _array(random: Random, *, images: bool) -> bytes:
    honest = ("(4, 5, 5)", "|u1", 100) if images else ("(4,)", "<i8", 32)
    shape = random.choice(_SHAPES) if random.random() < 0.12 else honest[0]
    kind = random.choice(_TYPES) if random.random() < 0.12 else honest[1]
    size = random.choice((0, 1, 10**6, 4 * 10**7)) if random.random() < 0.05 else honest[2]
    kind = kind if kind.startswith("[") else repr(kind)
    header = f"{{'descr': {kind}, 'fortran_order': {random.random() < 0.1}, 'shape': {shape}, }}"
    if random.random() < 0.05:
        header = random.choice((*_HEADERS, header * 2))
    version = random.choice((b"\x01\0", b"\x01\0", b"\x01\0", b"\x02\0", b"\x03\0", b"\x09\0"))
    text = header.encode() + b"\n"
    length = struct.pack("<H", len(text) % 65536) if version == b"\x01\0" else struct.pack("<I", len(text))
    return b"\x93NUMPY" + version + length + text + bytes(size)
