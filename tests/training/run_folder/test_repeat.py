"""What runs that differ in their seed have in common."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdsl.training.run_folder.repeat import student_quantile, summarise


def test_the_quantile_is_student_s() -> None:
    stats = pytest.importorskip("scipy.stats")
    for degrees in [*range(1, 200), 500, 1000, 10_000, 10**6]:
        assert student_quantile(degrees) == pytest.approx(float(stats.t.ppf(0.975, degrees)), abs=5e-4)


@given(values=st.lists(st.integers(-10_000, 10_000).map(lambda n: n / 100), min_size=2, max_size=40))
def test_the_interval_is_scipy_s(values: list[float]) -> None:
    stats = pytest.importorskip("scipy.stats")
    numpy = pytest.importorskip("numpy")
    found = summarise(values)
    assert found.count == len(values)
    assert found.mean == pytest.approx(numpy.mean(values), abs=1e-9)
    assert found.deviation == pytest.approx(numpy.std(values, ddof=1), abs=1e-9)
    error = float(numpy.std(values, ddof=1)) / len(values) ** 0.5
    if len(set(values)) == 1:
        assert found.low == pytest.approx(found.mean)
        assert found.high == pytest.approx(found.mean)
        return
    low, high = stats.t.interval(0.95, len(values) - 1, loc=numpy.mean(values), scale=error)
    assert found.low == pytest.approx(low, abs=6e-4 * error + 1e-9)
    assert found.high == pytest.approx(high, abs=6e-4 * error + 1e-9)


def test_a_known_example() -> None:
    found = summarise([0.90, 0.92, 0.94])
    assert found.mean == pytest.approx(0.92)
    assert found.deviation == pytest.approx(0.02)
    # 4.303 * 0.02 / sqrt(3)
    assert found.low == pytest.approx(0.92 - 0.04968, abs=1e-5)
    assert found.high == pytest.approx(0.92 + 0.04968, abs=1e-5)


def test_one_value_has_no_interval() -> None:
    found = summarise([0.5])
    assert (found.count, found.mean) == (1, 0.5)
    assert (found.deviation, found.low, found.high) == (None, None, None)
