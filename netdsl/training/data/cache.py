"""Decoded images kept on disk, so that a folder is decoded once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from netdsl.training.atomic import replacing
from netdsl.training.data.decode import Decoded
from netdsl.training.data.options import ImageOptions
from netdsl.training.data.tree import ImageTree
from netdsl.training.data.userdirs import user_cache

# Part of every key: raised when decoding or the file's layout changes.
_VERSION = 1


def decode_once(root: Path, tree: ImageTree, options: ImageOptions, decode: Callable[[], Decoded]) -> Decoded:
    """What `decode` gives, taken from the cache while the files' names, sizes and times are the same.

    The cache is a folder beside `root` or, where that can't be written, in
    the user's cache; where neither can, decoding just happens each time.
    Its files are safetensors: mapped into memory rather than read, and
    nothing in them can run.
    """
    key = _key(tree, options)
    paths = [folder / _file_name(root, tree, options) for folder in _cache_folders(root)]
    for path in paths:
        found = _read(path, key, len(tree.files))
        if found is not None:
            return found
    decoded = decode()
    for path in paths:
        with suppress(OSError, SafetensorError):
            _write(path, key, decoded)
            break
    return decoded


def _cache_folders(root: Path) -> list[Path]:
    root = root.resolve()
    tag = hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return [root.with_name(f"{root.name}.netdsl-cache"), user_cache() / "images" / f"{root.name}-{tag}"]


def _file_name(root: Path, tree: ImageTree, options: ImageOptions) -> str:
    part = tree.folder.name if tree.folder != root else "all"
    size = f"-{options.resize[0]}x{options.resize[1]}" if options.resize else ""
    channels = f"-{options.channels}" if options.channels else ""
    return f"{part}{size}{channels}.safetensors"


def _key(tree: ImageTree, options: ImageOptions) -> str:
    described = hashlib.sha256(f"{_VERSION} {options.resize} {options.channels}".encode())
    start = len(str(tree.folder))
    for file in tree.files:
        line = f"{file.path[start:]}\0{file.size}\0{file.modified}\n"
        described.update(line.encode("utf-8", "surrogateescape"))
    return described.hexdigest()


def _read(path: Path, key: str, count: int) -> Decoded | None:
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            if metadata.get("key") != key:
                return None
            pixels = file.get_tensor("pixels")
            corrupt = {int(index): str(reason) for index, reason in json.loads(metadata["corrupt"]).items()}
    except (OSError, SafetensorError, KeyError, ValueError, AttributeError):
        return None
    whole = pixels.dtype == torch.uint8 and pixels.dim() == 4 and len(pixels) == count
    return Decoded(pixels, corrupt) if whole else None


def _write(path: Path, key: str, decoded: Decoded) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    metadata = {"key": key, "corrupt": json.dumps(decoded.corrupt)}
    with replacing(path) as temporary:
        save_file({"pixels": decoded.pixels}, temporary, metadata)
