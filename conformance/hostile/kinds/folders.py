"""Folders of images, with files that are none or too much, and links that lead elsewhere."""

from __future__ import annotations

import io
import json
import os
import shutil
import struct
import zlib
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from random import Random

from PIL import Image

from conformance.hostile.kind import Kind
from conformance.hostile.kinds.loading import load
from conformance.hostile.mutate.bytewise import mutate_bytes
from netdsl.training.image_options import ImageOptions

_FORMATS = ("JPEG", "PNG", "BMP", "GIF", "WEBP", "TIFF", "PPM")
_SIDES = (0, 1, 8, 5000, 20_000, 65_535, 2**31 - 1)


class Folders(Kind):
    """A folder with two classes of good images, in which one file is the input, and often more is wrong."""

    name = "folders"

    def seeds(self) -> Sequence[bytes]:
        """A small image in each format, grey ones and ones in colour."""
        return [_encoded(kind, mode) for kind in _FORMATS for mode in ("L", "RGB")]

    def draw(self, random: Random, pool: Sequence[bytes]) -> bytes:
        """A number that says what else is in the folder, and the bytes of a file."""
        data = random.choice(FORMS)(random) if random.random() < 0.15 else random.choice(pool)[1:]
        for _ in range(int(random.expovariate(0.6))):
            data = mutate_bytes(random, data, pool)
        return bytes([random.randrange(256)]) + data

    def run(self, data: bytes) -> frozenset[str]:
        """Load the folder, as images in memory."""
        root, choice = self.folder / "set", data[0] if data else 0
        for leftover in (root, root.with_name("set.netdsl-cache")):
            shutil.rmtree(leftover, ignore_errors=True)
        for number, name in enumerate(("a", "b")):
            (root / "train" / name).mkdir(parents=True)
            (root / "train" / name / f"{number}.png").write_bytes(self._good)
        (root / "train" / "a" / f"x{('.jpg', '.png', '.gif', '.tif')[choice % 4]}").write_bytes(data[1:])
        if choice >= 128:
            LINKS[choice // 4 % len(LINKS)](root)
        resize, skip = (8, 8) if choice & 4 else None, choice & 8
        return load(root, ImageOptions(resize=resize, corrupt_images="skip" if skip else "error"))

    @cached_property
    def _good(self) -> bytes:
        return _encoded("PNG", "RGB")[1:]


def _encoded(kind: str, mode: str) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, (8, 8), 100).save(buffer, kind)
    return b"\0" + buffer.getvalue()


def _png(random: Random) -> bytes:
    """A PNG that claims any size, and unfolds to more or less than that."""
    width, height = random.choice(_SIDES), random.choice(_SIDES)
    depth, colours, interlaced = random.choice((1, 8, 16)), random.choice((0, 2, 3, 6)), random.choice((0, 1))
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, interlaced))]
    if random.random() < 0.3:
        text = b"k\0\0" + zlib.compress(bytes(random.choice((10, 10**7))))
        chunks.append((random.choice((b"zTXt", b"iTXt", b"iCCP")), text))
    chunks.append((b"IDAT", zlib.compress(bytes(random.choice((10, 1000, 10**6))))))
    chunks.append((b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, each) for kind, each in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _other(random: Random) -> bytes:
    """Headers of formats that are not read, or that claim much."""
    side = random.choice(_SIDES)
    return random.choice(
        (
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) print quit\n%%EOF\n",
            b"P6\n%d %d\n255\n" % (side, side),
            b"P4\n%d %d\n" % (side, side),
            b"P6\n" + b"9" * 5000,
            b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, side, side, 1, 24, 0, 0, 0, 0, 0, 0),
            b"GIF89a" + struct.pack("<HH", side % 65536, side % 65536) + b"\x80\0\0" + bytes(50),
            b"#include",
            b"",
            b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
        )
    )


def _pipe(root: Path) -> None:
    os.mkfifo(root / "train" / "b" / "pipe.png")


def _loop(root: Path) -> None:
    (root / "train" / "b" / "loop.png").symlink_to("loop.png")
    (root / "train" / "b" / "up").symlink_to("..")


def _outside(root: Path) -> None:
    (root / "train" / "b" / "out.png").symlink_to("/etc/passwd")
    (root / "train" / "b" / "zero.png").symlink_to("/dev/zero")


def _class_link(root: Path) -> None:
    (root / "train" / "c").symlink_to(root, target_is_directory=True)


def _nothing(root: Path) -> None:
    (root / "train" / "b" / "gone.png").symlink_to("nowhere.png")


def _empty(root: Path) -> None:
    (root / "train" / "c").mkdir()
    (root / "test" / "z").mkdir(parents=True)


def _folder(root: Path) -> None:
    (root / "train" / "b" / "folder.png").mkdir()


def _deep(root: Path) -> None:
    (root / "train" / "b").joinpath(*["d" * 200] * 3).mkdir(parents=True)


def _name(root: Path) -> None:
    (root / "train" / "b" / "\udcff\n\x1b[31m.png").write_bytes(b"x")


def _cache(root: Path) -> None:
    folder = root.with_name("set.netdsl-cache")
    folder.mkdir()
    (folder / "train.safetensors").write_bytes(struct.pack("<Q", 2**40) + b"{}")
    (folder / "train.checked.json").write_text(json.dumps({"key": "x"}) + "[" * 100_000)


LINKS: tuple[Callable[[Path], None], ...] = (
    *(_pipe, _loop, _outside, _class_link, _nothing, _empty, _folder, _deep, _name, _cache),
)
FORMS: tuple[Callable[[Random], bytes], ...] = (_png, _other)
