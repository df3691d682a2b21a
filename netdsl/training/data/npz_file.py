"""Arrays out of a `.npz` file: what it says of their sizes is held against the file and the memory first."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from netdsl.training.data.storage import require_bytes

Array = NDArray[np.generic]

_SUFFIX = ".npy"
_READ_HEADER = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


class BrokenArrayError(ValueError):
    """An array that is not what its header says; the message says why."""


def read_arrays(path: Path, wanted: Collection[str]) -> tuple[dict[str, Array], list[str]]:
    """The arrays with these names, and the names of all that the file holds.

    An archive of a few bytes may claim, or unfold to, any number of them: an
    array's size must be that which the archive says, and all must fit in the
    memory that is available. Nothing else is unpacked, and Python objects
    are never loaded. Raises `DiagnosticError` where they don't fit,
    `BrokenArrayError`, and whatever the archive's readers raise.
    """
    with zipfile.ZipFile(path) as archive:
        members = {
            each.filename.removesuffix(_SUFFIX): each
            for each in archive.infolist()
            if each.filename.endswith(_SUFFIX)
        }
        chosen = {name: members[name] for name in wanted if name in members}
        total = 0
        for name, member in chosen.items():
            with archive.open(member) as file:
                total += _checked_size(name, file, member.file_size)
        require_bytes(f"the arrays of {path}", total)
        arrays = {}
        for name, member in chosen.items():
            with archive.open(member) as file:
                arrays[name] = npy.read_array(file, allow_pickle=False)
        return arrays, list(members)


def _checked_size(name: str, file: IO[bytes], claimed: int) -> int:
    """The bytes of an array by its header; the archive must claim as many for it."""
    version = npy.read_magic(file)
    read_header = _READ_HEADER.get(version)
    if read_header is None:
        raise BrokenArrayError(f"{name} is of version {version}")
    shape, _, dtype = read_header(file)
    if dtype.hasobject:
        raise BrokenArrayError("it holds Python objects")
    if dtype.itemsize == 0 or dtype.names is not None or dtype.subdtype is not None:
        raise BrokenArrayError(f"{name} is of the type {dtype}")
    size = math.prod(shape) * dtype.itemsize
    if size < 0 or min(shape, default=0) < 0 or size != claimed - file.tell():
        raise BrokenArrayError(f"{name} says that it takes {size} bytes, and has {claimed - file.tell()}")
    return size
