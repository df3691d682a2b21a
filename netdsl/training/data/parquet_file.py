"""One parquet file: which of its columns are images and labels, and what they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as codes
from netdsl.diagnostics.reason import first_line
from netdsl.text_file import parse_json

if TYPE_CHECKING:
    import pyarrow

_IMAGE_NAMES = ("image", "img", "images", "jpg", "png")
_LABEL_NAMES = ("label", "labels", "fine_label", "class", "class_id", "target", "category")


@dataclass(frozen=True, slots=True)
class ParquetFile:
    """A file's columns of images and labels, its class names if it has any, and the rows of its groups."""

    path: Path
    image: str
    label: str
    classes: tuple[str, ...] | None
    group_rows: tuple[int, ...]

    def read_labels(self) -> Tensor:
        """The labels of all rows, int64.

        Raises `DiagnosticError` where one is missing, below 0 or has no
        class's name.
        """
        with readable(self.path) as opened:
            column: list[int | None] = opened.read(columns=[self.label]).column(0).to_pylist()
        self._require_rows(len(column), sum(self.group_rows))
        most = len(self.classes) if self.classes is not None else None
        for row, label in enumerate(column):
            if label is None or label < 0:
                raise wrong(
                    self.path, f"has {'no label' if label is None else f'a label of {label}'} in row {row}"
                )
            if most is not None and label >= most:
                raise wrong(self.path, f"has a label of {label} in row {row} but names of {most} classes")
        return torch.tensor(column, dtype=torch.int64)

    def read_images(self, group: int) -> list[bytes | None]:
        """The encoded images of a group of rows; None where a row has none."""
        with readable(self.path) as opened:
            column = opened.read_row_group(group, columns=[self.image]).column(0).to_pylist()
        self._require_rows(len(column), self.group_rows[group])
        return [value.get("bytes") if isinstance(value, dict) else value for value in column]

    def _require_rows(self, found: int, said: int) -> None:
        if found != said:
            raise wrong(self.path, f"says that it has {said} rows where it has {found}")


def describe(path: Path) -> ParquetFile:
    """Look at a file's schema; nothing of its rows is read.

    The columns are those with a usual name and a type that fits, or else the
    only one whose type fits. Raises `DiagnosticError` where there are none
    or the file is no parquet file.
    """
    with readable(path) as opened:
        schema = opened.schema_arrow
        groups = tuple(opened.metadata.row_group(index).num_rows for index in range(opened.num_row_groups))
    names = _class_names(schema)
    image = _choose(schema, _IMAGE_NAMES, _holds_images)
    # A column that has class names is a better guess than any whole numbers.
    label = _choose(schema, (*_LABEL_NAMES, *names), _holds_labels)
    if image is None or label is None:
        what = "encoded images" if image is None else "whole numbers that could be labels"
        raise wrong(path, f"has no column of {what}, only {', '.join(schema.names) or 'none at all'}")
    return ParquetFile(path, image, label, names.get(label), groups)


@contextmanager
def readable(path: Path) -> Iterator[pyarrow.parquet.ParquetFile]:
    """The opened file; pyarrow's errors become a `DiagnosticError`, those of the system stay `OSError`."""
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile as Opened

    try:
        with Opened(str(path)) as opened:
            yield opened
    except (ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        reason = first_line(error)
        raise DiagnosticError(
            Diagnostic(
                codes.BROKEN_PARQUET, f"{path} can't be read as a parquet file: {reason}", file=str(path)
            )
        ) from error


def wrong(path: Path, problem: str) -> DiagnosticError:
    """The error for a file whose columns are not what they should be."""
    return DiagnosticError(Diagnostic(codes.WRONG_PARQUET, f"{path} {problem}", file=str(path)))


def _choose(
    schema: pyarrow.Schema, names: tuple[str, ...], fits: Callable[[pyarrow.DataType], bool]
) -> str | None:
    fitting = [field.name for field in schema if fits(field.type)]
    for name in names:
        if name in fitting:
            return name
    return fitting[0] if len(fitting) == 1 else None


def _holds_images(kind: pyarrow.DataType) -> bool:
    from pyarrow import types

    if types.is_struct(kind):
        return any(field.name == "bytes" and _is_bytes(field.type) for field in kind)
    return _is_bytes(kind)


def _is_bytes(kind: pyarrow.DataType) -> bool:
    from pyarrow import types

    return bool(types.is_binary(kind) or types.is_large_binary(kind))


def _holds_labels(kind: pyarrow.DataType) -> bool:
    from pyarrow import types

    return bool(types.is_integer(kind))


def _class_names(schema: pyarrow.Schema) -> dict[str, tuple[str, ...]]:
    """The names of the classes in each column that has them, as Hugging Face's libraries write them."""
    try:
        features = parse_json((schema.metadata or {})[b"huggingface"])["info"]["features"]
        return {
            column: tuple(str(name) for name in feature["names"])
            for column, feature in features.items()
            if isinstance(feature, dict) and feature.get("_type") == "ClassLabel" and feature.get("names")
        }
    except (KeyError, ValueError, TypeError, AttributeError):
        return {}
