"""Reads a text that someone else may have put there."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

from netdsl.file_names import can_name_file

# Far more than anybody writes: metrics are a line an epoch.
LARGEST_TEXT = 64 * 2**20


def read_text_file(path: Path, encoding: str = "utf-8") -> str:
    """The text of a regular file of at most 64 MiB: a device or a pipe may have no end.

    Raises `OSError` where it is none or can't be read, and
    `UnicodeDecodeError`.
    """
    if not can_name_file(str(path)):
        raise OSError(errno.EINVAL, "No file has such a name", str(path))
    if path.exists() and not path.is_dir():
        if not path.is_file():
            raise OSError(errno.EINVAL, "Not a regular file", str(path))
        if path.stat().st_size > LARGEST_TEXT:
            raise OSError(errno.EFBIG, f"Larger than {LARGEST_TEXT // 2**20} MiB", str(path))
    return path.read_text(encoding=encoding)


def parse_json(text: str | bytes) -> Any:
    """The value of a JSON text; raises `ValueError` where it is none, or nested too deeply.

    `NaN` and `Infinity`, which are no JSON though Python writes them, are
    null: what they stood for is not known.
    """
    try:
        return json.loads(text, parse_constant=lambda _: None)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def read_json_file(path: Path) -> Any:
    """The value of a JSON file; raises `OSError` or `ValueError` where it has none."""
    return parse_json(read_text_file(path))
