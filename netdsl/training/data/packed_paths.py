"""Many paths in two tensors, which forked processes go on sharing: they would copy a list bit by bit."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class PackedPaths:
    """Paths one after the other: `text` is uint8, `ends` int64 with the end of each path."""

    text: Tensor
    ends: Tensor

    @classmethod
    def pack(cls, paths: Iterable[str]) -> Self:
        """Pack these paths, in their order."""
        encoded = [os.fsencode(path) for path in paths]
        ends = torch.tensor([len(path) for path in encoded], dtype=torch.int64).cumsum(0)
        return cls(torch.frombuffer(bytearray(b"".join(encoded) or b"\0"), dtype=torch.uint8), ends)

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, index: int) -> str:
        start = int(self.ends[index - 1]) if index else 0
        return os.fsdecode(self.text[start : int(self.ends[index])].numpy().tobytes())
