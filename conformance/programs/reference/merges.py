"""Merges as operations of torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from conformance.programs.reference.rules import shaken
from conformance.programs.reference.values import TOKENS, Flow, Value


class Sum(nn.Module):
    """a + b + ..."""

    def forward(self, *values: Tensor) -> Tensor:
        """The sum, from the left."""
        total = values[0]
        for value in values[1:]:
            total = total + value
        return total


class Product(nn.Module):
    """a * b * ..."""

    def forward(self, *values: Tensor) -> Tensor:
        """The product, from the left."""
        total = values[0]
        for value in values[1:]:
            total = total * value
        return total


class Joined(nn.Module):
    """torch.cat along an axis."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, *values: Tensor) -> Tensor:
        """The joined values."""
        return torch.cat(values, self.dim)


def make(merge: str, flows: Sequence[Flow], given: Mapping[str, Value]) -> nn.Module:
    """The module for a merge of the table. Raises whatever torch raises."""
    if merge in ("add", "residual"):
        return Sum()
    if merge == "multiply":
        return Product()
    if merge == "concat":
        dim = given.get("dim", "none")
        return Joined((-1 if flows[0].layout == TOKENS else 1) if dim == "none" else dim)  # type: ignore[arg-type]
    if merge == "shake":
        return shaken(given)
    raise NotImplementedError(f"conformance/programs/reference/merges.py does not know `{merge}`")
