"""Numbers of float32 as a person writes them."""

from __future__ import annotations

import numpy as np


def shortest(value: float) -> float:
    """The number with the fewest digits that is the same in float32: 1e-05 for 9.99999974e-06."""
    return float(str(np.float32(value)))
