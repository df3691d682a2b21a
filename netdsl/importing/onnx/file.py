"""An ONNX file to the message in it, with what may be too large or elsewhere left alone."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

from netdsl.importing.onnx.problems import unreadable
from netdsl.importing.onnx.wire import check_size

if TYPE_CHECKING:
    from onnx import ModelProto

# What Protocol Buffers can hold.
MOST_BYTES = 2**31 - 1
EXTRA = "pip install 'netdsl[onnx]'"


def read_message(path: Path) -> ModelProto:
    """The model in a file; raises `DiagnosticError` where there is none."""
    try:
        import onnx
        from google.protobuf.message import DecodeError
    except ImportError as error:
        raise unreadable(f"ONNX files need the package {error.name}", EXTRA) from None
    data = read_bytes(path)
    check_size(data)
    message = onnx.ModelProto()
    try:
        message.ParseFromString(data)
    except DecodeError:
        raise unreadable(f"{path} is no ONNX model", "it may be cut off, or of another format") from None
    if not message.HasField("graph"):
        raise unreadable(f"{path} is no ONNX model", "it holds no graph")
    return message


def read_bytes(path: Path) -> bytes:
    """The bytes of a file of at most 2 GiB."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise unreadable(f"{path} is no file")
        if status.st_size > MOST_BYTES:
            raise unreadable(f"{path} has more than 2 GiB", "export it with external data")
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError as error:
        raise unreadable(f"can't read {path}: {error.strerror}") from None
