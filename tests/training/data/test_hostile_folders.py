"""Folders of images from strangers: files that are no images, or far too large ones; pipes; caches."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import save_file

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training import load_dataset

Refused = Callable[[Callable[[], object]], Diagnostic]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int) -> bytes:
    """A PNG of a hundred bytes that claims so many pixels."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(b"IEND", b"")


POSTSCRIPT = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n%%EndComments\nshowpage\n%%EOF\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with an image in each of two classes."""
    for number, name in enumerate("ab"):
        (tmp_path / "set" / name).mkdir(parents=True)
        Image.new("RGB", (8, 8), number).save(tmp_path / "set" / name / "0.png")
    return tmp_path / "set"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (png(9_500, 9_500), "too many"),
        (png(60_000, 60_000), "decompression bomb"),
        (png(8, 8), "truncated"),
        (POSTSCRIPT, "cannot identify"),
        (b"", "cannot identify"),
    ],
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_files_that_are_not_decoded(root: Path, refused: Refused, content: bytes, told: str) -> None:
    (root / "b" / "1.png").write_bytes(content)
    found = refused(lambda: load_dataset(str(root)))
    assert found.code == codes.CORRUPT_IMAGE
    assert told in found.message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_not_waited_for(root: Path, refused: Refused) -> None:
    os.mkfifo(root / "b" / "1.png")
    assert "not a regular file" in refused(lambda: load_dataset(str(root))).message


def test_links_in_circles_end(root: Path, refused: Refused) -> None:
    (root / "b" / "up").symlink_to("..", target_is_directory=True)
    assert len(load_dataset(str(root)).train) == 2
    (root / "b" / "1.png").symlink_to("1.png")
    assert refused(lambda: load_dataset(str(root))).code == codes.CORRUPT_IMAGE


@pytest.mark.parametrize("corrupt", ['{"7": "x"}', '{"-1": "x"}', "[" * 100_000])
def test_a_cache_that_says_what_can_not_be_is_not_believed(root: Path, corrupt: str) -> None:
    load_dataset(str(root))
    (path,) = root.with_name("set.netdsl-cache").glob("*.safetensors")
    with safe_open(path, framework="pt") as file:
        metadata = {**(file.metadata() or {}), "corrupt": corrupt}
        save_file({"pixels": file.get_tensor("pixels")}, path, metadata)
    assert len(load_dataset(str(root)).train) == 2


def test_a_cache_of_other_images_is_not_believed(root: Path) -> None:
    load_dataset(str(root))
    (path,) = root.with_name("set.netdsl-cache").glob("*.safetensors")
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata()
    save_file({"pixels": torch.zeros(2, 8, 8, 7, dtype=torch.uint8)}, path, metadata)
    assert load_dataset(str(root)).shape == (3, 8, 8)
