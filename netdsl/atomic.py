"""Files that are either the old one or the whole new one, whenever the machine stops."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`; what is written there takes `path`'s place when the block ends well.

    On an exception the temporary file goes and `path` stays as it was.
    Raises `OSError` where the folder can't be written or the disk is full.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        _sync(temporary)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    if os.name == "posix":
        _sync(path.parent)


def write_text(path: Path, text: str) -> None:
    """Write a text file atomically, in UTF-8."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_output(path: str | Path, data: bytes) -> None:
    """Write a file that somebody has named, whole or not at all.

    A link is followed, and a file keeps its permissions. What is no file,
    such as `/dev/stdout`, is written to as it is. Raises `OSError`.
    """
    if _is_device(Path(path)):
        Path(path).write_bytes(data)
        return
    target = Path(os.path.realpath(path))
    with replacing(target) as temporary:
        temporary.write_bytes(data)
        if target.exists():
            shutil.copymode(target, temporary)


@contextmanager
def replacing_with_parts(path: Path) -> Iterator[Path]:
    """A path of the same name in a temporary folder, for what writes further files beside it.

    When the block ends well, all of them take their places beside `path`.
    What is no file is given as it is. Raises `OSError`.
    """
    if _is_device(path):
        yield path
        return
    target = Path(os.path.realpath(path))
    with TemporaryDirectory(prefix=".netdsl-", dir=target.parent) as folder:
        yield Path(folder) / target.name
        made = sorted(Path(folder).iterdir())
        for each in made:
            _sync(each)
        for each in made:
            each.replace(target.parent / each.name)


def _is_device(path: Path) -> bool:
    """Whether something that is no file stands there: nothing may take its place."""
    return path.exists() and not path.is_file()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
