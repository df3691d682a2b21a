"""Several runs that differ in the seed alone: what they have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

# Student's t at 97.5 %, for 1, 2, ... degrees of freedom; beyond, its expansion in 1/degrees serves.
_QUANTILES = (12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281)
_NORMAL = 1.959964


@dataclass(frozen=True, slots=True)
class Summary:
    """Mean and sample standard deviation of some values, and the mean's 95 % confidence interval.

    With a single value there is neither deviation nor interval.
    """

    count: int
    mean: float
    deviation: float | None
    low: float | None
    high: float | None

    def text(self, digits: int, times: float = 1) -> str:
        """Mean and deviation, with so many digits after the point: `69.40 ± 0.31`."""
        spread = f" ± {times * self.deviation:.{digits}f}" if self.deviation is not None else ""
        return f"{times * self.mean:.{digits}f}{spread}"


def summarise(values: Sequence[float]) -> Summary:
    """The summary of at least one value; the interval is Student's, for values that are about normal."""
    mean = fmean(values)
    if len(values) < 2:
        return Summary(len(values), mean, None, None, None)
    deviation = stdev(values)
    half = student_quantile(len(values) - 1) * deviation / sqrt(len(values))
    return Summary(len(values), mean, deviation, mean - half, mean + half)


def student_quantile(degrees: int) -> float:
    """The 97.5 % quantile of Student's t distribution, to three digits after the point."""
    if degrees <= len(_QUANTILES):
        return _QUANTILES[degrees - 1]
    # Abramowitz and Stegun 1964, 26.7.5.
    z = _NORMAL
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / degrees + second / degrees**2 + third / degrees**3
