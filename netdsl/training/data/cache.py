"""What decoding gave, kept on disk, so that a folder is decoded once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from netdsl.atomic import replacing, write_text
from netdsl.text_file import parse_json, read_json_file
from netdsl.training.data.decode import Decoded
from netdsl.training.data.tree import ImageTree
from netdsl.training.data.userdirs import user_cache
from netdsl.training.image_options import ImageOptions

# Part of every key: raised when decoding or the files' layout changes.
_VERSION = 3


def decode_once(root: Path, tree: ImageTree, options: ImageOptions, decode: Callable[[], Decoded]) -> Decoded:
    """What `decode` gives, taken from the cache while the files' names, sizes and times are the same.

    The cache is a folder beside `root` or, where that can't be written, in
    the user's cache; where neither can, decoding just happens each time.
    Its files are safetensors: mapped into memory rather than read, and
    nothing in them can run.
    """
    key = _key(tree, options)
    paths = [folder / f"{_stem(root, tree, options)}.safetensors" for folder in _cache_folders(root)]
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


def check_once(
    root: Path,
    tree: ImageTree,
    options: ImageOptions,
    shape: tuple[int, int, int],
    check: Callable[[], dict[int, str]],
) -> dict[int, str]:
    """What `check` finds: files by number and why they are corrupt; from the cache as in `decode_once`.

    `shape` is what the files were checked for: another one asks for a new
    check.
    """
    key = f"{_key(tree, options)} {shape}"
    paths = [folder / f"{_stem(root, tree, options)}.checked.json" for folder in _cache_folders(root)]
    for path in paths:
        found = _read_verdict(path, key, len(tree.files))
        if found is not None:
            return found
    corrupt = check()
    for path in paths:
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text(path, json.dumps({"key": key, "corrupt": corrupt}))
            break
    return corrupt


def _cache_folders(root: Path) -> list[Path]:
    root = root.resolve()
    tag = hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return [root.with_name(f"{root.name}.netdsl-cache"), user_cache() / "images" / f"{root.name}-{tag}"]


def _stem(root: Path, tree: ImageTree, options: ImageOptions) -> str:
    part = tree.folder.name if tree.folder != root else "all"
    size = f"-{options.resize[0]}x{options.resize[1]}" if options.resize else ""
    channels = f"-{options.channels}" if options.channels else ""
    return f"{part}{size}{channels}"


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
            corrupt = _by_number(parse_json(metadata["corrupt"]))
    except (OSError, SafetensorError, KeyError, ValueError, AttributeError):
        return None
    whole = pixels.dtype == torch.uint8 and pixels.dim() == 4 and len(pixels) == count
    whole = whole and pixels.numel() > 0 and pixels.shape[3] in (1, 3) and _are_positions(corrupt, count)
    return Decoded(pixels, corrupt) if whole else None


def _read_verdict(path: Path, key: str, count: int) -> dict[int, str] | None:
    try:
        verdict = read_json_file(path)
        corrupt = _by_number(verdict["corrupt"])
        whole = verdict["key"] == key and _are_positions(corrupt, count)
    except (OSError, KeyError, ValueError, TypeError, AttributeError):
        return None
    return corrupt if whole else None


def _are_positions(corrupt: dict[int, str], count: int) -> bool:
    return all(0 <= number < count for number in corrupt)


def _by_number(corrupt: dict[str, object]) -> dict[int, str]:
    return {int(number): str(reason) for number, reason in corrupt.items()}


def _write(path: Path, key: str, decoded: Decoded) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    metadata = {"key": key, "corrupt": json.dumps(decoded.corrupt)}
    with replacing(path) as temporary:
        save_file({"pixels": decoded.pixels}, temporary, metadata)
