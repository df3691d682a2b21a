"""The encoded images of several parquet files, read a group of rows at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from itertools import accumulate
from threading import Lock

from netdsl.training.data.image_file import ImageSource
from netdsl.training.data.parquet_file import ParquetFile

# Threads that decode are at most about this many rows apart.
_KEPT_ROWS = 4096


class ParquetImages:
    """The images of these files, one after the other; any thread may read any of them.

    The groups of rows that were read last stay in memory, so that walking
    through the images reads each once.
    """

    def __init__(self, files: Sequence[ParquetFile]) -> None:
        self._groups = [
            (file, group, start)
            for file in files
            for group, start in enumerate(accumulate(file.group_rows[:-1], initial=0))
            if file.group_rows and file.group_rows[group]
        ]
        self._ends = list(accumulate(file.group_rows[group] for file, group, _ in self._groups))
        self._kept: OrderedDict[int, list[bytes | None]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __getitem__(self, index: int) -> ImageSource:
        """The image of that row, counted over all files; its own row is counted in its file."""
        number = bisect_right(self._ends, index)
        if index < 0 or number == len(self._ends):
            raise IndexError(index)
        file, group, start = self._groups[number]
        row = index - (self._ends[number] - file.group_rows[group])
        # An image without bytes is a corrupt one.
        return ImageSource(str(file.path), self._rows(number)[row] or b"", start + row)

    def _rows(self, number: int) -> list[bytes | None]:
        with self._lock:
            rows = self._kept.pop(number, None)
            if rows is None:
                file, group, _ = self._groups[number]
                rows = file.read_images(group)
            self._kept[number] = rows
            while len(self._kept) > 2 and sum(map(len, self._kept.values())) > _KEPT_ROWS:
                self._kept.popitem(last=False)
            return rows
