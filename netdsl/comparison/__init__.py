"""What differs between two checked networks, aligned by structure. Imports no torch."""

from __future__ import annotations

from netdsl.comparison.compare import compare
from netdsl.comparison.difference import Difference, Pair

__all__ = ["Difference", "Pair", "compare"]
