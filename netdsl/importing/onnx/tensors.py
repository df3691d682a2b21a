"""Tensors of an ONNX file, each checked before it is made."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from netdsl.importing.onnx.problems import unreadable

if TYPE_CHECKING:
    from onnx import TensorProto

# All weights together; the check of the outputs holds them several times.
MOST_BYTES = 4 * 2**30
MOST_AXES = 8
EXTERNAL = 1
FLOAT16, BFLOAT16, BOOL = 10, 16, 9

# Numbers of `TensorProto.DataType`: how the bytes are read, and the field that may hold values instead.
KINDS: Mapping[int, tuple[str, str]] = {
    1: ("<f4", "float_data"),
    2: ("<u1", "int32_data"),
    3: ("<i1", "int32_data"),
    6: ("<i4", "int32_data"),
    7: ("<i8", "int64_data"),
    BOOL: ("<u1", "int32_data"),
    FLOAT16: ("<f2", "int32_data"),
    11: ("<f8", "double_data"),
    BFLOAT16: ("<u2", "int32_data"),
}


@dataclass(slots=True)
class Reader:
    """Reads the tensors of one file; `folder` is where external data may lie, None where it may not."""

    folder: Path | None
    taken: int = field(default=0)

    def read(self, proto: TensorProto) -> Tensor:
        """A tensor; floating point of any width is float32. Raises `DiagnosticError`."""
        name = proto.name[:100] or "a constant"
        kind = KINDS.get(proto.data_type)
        if kind is None:
            raise unreadable(f"`{name}` holds values of a kind that no layer has")
        shape = tuple(proto.dims)
        if len(shape) > MOST_AXES or any(not 0 <= size < 2**31 for size in shape):
            raise unreadable(f"`{name}` has no shape of a tensor")
        dtype = np.dtype(kind[0])
        length = prod(shape) * dtype.itemsize
        self.taken += max(length, prod(shape) * 4)
        if self.taken > MOST_BYTES:
            raise unreadable("the file says that its weights take more than 4 GiB")
        if proto.data_location == EXTERNAL:
            data = self.external(proto, name, length)
        elif proto.HasField("raw_data"):
            data = proto.raw_data
        else:
            data = listed(proto, kind[1], dtype, prod(shape), name)
        if len(data) != length:
            raise unreadable(f"`{name}` has {len(data)} bytes, its shape {times(shape)} needs {length}")
        return converted(np.frombuffer(data, dtype).reshape(shape), proto.data_type)

    def external(self, proto: TensorProto, name: str, length: int) -> bytes:
        """Values that lie in another file."""
        if self.folder is None:
            raise unreadable(
                f"`{name}` lies in another file", "--external-data allows files beside the model to be read"
            )
        entries = {each.key: each.value for each in proto.external_data}
        path = beside(self.folder, entries.get("location", ""), name)
        offset = number(entries.get("offset", "0"), name)
        said = number(entries.get("length", str(length)), name)
        try:
            if said != length or offset + length > path.stat().st_size:
                raise unreadable(f"`{name}` lies at {offset} in {path.name}, where there are too few bytes")
            with path.open("rb") as file:
                file.seek(offset)
                return file.read(length)
        except OSError as error:
            raise unreadable(f"can't read {path}: {error.strerror}") from None


def listed(proto: TensorProto, name: str, dtype: np.dtype[np.generic], count: int, what: str) -> bytes:
    """Values in the field of their kind."""
    values = getattr(proto, name)
    if len(values) != count:
        raise unreadable(f"`{what}` has {len(values)} values, its shape needs {count}")
    if proto.data_type in (FLOAT16, BFLOAT16):
        return np.asarray(values, np.int64).astype("<u2").tobytes()
    return np.asarray(values).astype(dtype).tobytes()


def converted(values: np.ndarray[tuple[int, ...], np.dtype[np.generic]], kind: int) -> Tensor:
    """Values as torch is to have them: float32, int64 or bool."""
    if kind == BFLOAT16:
        # What numpy calculates of a single number is no array any more.
        return torch.from_numpy(np.asarray(values.astype(np.uint32) << 16).view(np.float32))
    if kind == BOOL:
        return torch.from_numpy(values.astype(np.bool_))
    return torch.from_numpy(values.astype(np.float32 if values.dtype.kind == "f" else np.int64))


def beside(folder: Path, location: str, name: str) -> Path:
    """A file in the model's folder or below it, reached through no link."""
    parts = PurePosixPath(location).parts
    is_plain = (
        parts and not PurePosixPath(location).is_absolute() and ".." not in parts and "\\" not in location
    )
    if not is_plain or "\0" in location:
        raise unreadable(f"`{name}` lies in `{location[:100]}`, which is not beside the model")
    path = folder
    try:
        for part in parts:
            path = path / part
            if stat.S_ISLNK(path.lstat().st_mode):
                raise unreadable(f"`{name}` lies behind a link", "copy the file beside the model")
        if not stat.S_ISREG(path.lstat().st_mode):
            raise unreadable(f"`{name}` lies in `{location[:100]}`, which is no file")
    except OSError as error:
        raise unreadable(f"`{name}` lies in `{location[:100]}`: {error.strerror}") from None
    return path


def number(text: str, name: str) -> int:
    """An offset or a length."""
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise unreadable(f"`{name}` lies at a place that is no number")
    return int(text)


def times(shape: tuple[int, ...]) -> str:
    """A shape as text."""
    return "x".join(map(str, shape)) or "()"
