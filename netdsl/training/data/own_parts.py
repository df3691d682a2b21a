"""Which parts data have by the names of their files, seen without reading them. Imports no torch."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

from netdsl.diagnostics import DiagnosticError
from netdsl.training.data.names import NAMES
from netdsl.training.data.tree import find_parts

# What an archive's arrays call each part.
ARRAY_PARTS = {"train": ("train",), "validation": ("val", "validation"), "test": ("test",)}

PARQUET = ".parquet"
# `val` stands for `valid` and `validation` too: names only begin with these.
PARQUET_PREFIXES = {"train": "train", "validation": "val", "test": "test"}


def lacks_validation(spec: str) -> bool:
    """Whether data surely have no validation images of their own; False where that can't be seen."""
    if spec in NAMES:
        return True
    path = Path(spec).expanduser()
    try:
        if path.is_dir():
            return not _has_validation_files(path) and "validation" not in find_parts(path)
        if path.suffix.lower() == PARQUET:
            return path.is_file()
        with zipfile.ZipFile(path) as archive:
            return not any(_names_validation(name) for name in archive.namelist())
    except (OSError, ValueError, zipfile.BadZipFile, DiagnosticError):
        return False


def array_names(parts: Iterable[str]) -> list[str]:
    """What the arrays of a part are called, by the part's names."""
    return [name for part in parts for name in (f"x_{part}", f"y_{part}", f"{part}_images", f"{part}_labels")]


def _names_validation(member: str) -> bool:
    return member.removesuffix(".npy") in array_names(ARRAY_PARTS["validation"])


def _has_validation_files(folder: Path) -> bool:
    names = [
        path.name.lower() for place in (folder, folder / "data") if place.is_dir() for path in place.iterdir()
    ]
    return any(name.endswith(PARQUET) and name.startswith(PARQUET_PREFIXES["validation"]) for name in names)
