"""Alignments are the cheapest there are, and hold every item once."""

from __future__ import annotations

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from netdsl.comparison.align import align

ITEMS = st.lists(st.sampled_from(["a", "b", "c", "A", "B", "xx"]), max_size=7)


def change(before: str, after: str) -> float | None:
    """Nothing for the same, less than a drop and an addition for the other case, else not at all."""
    if before == after:
        return 0
    return 0.6 if before.lower() == after.lower() else None


def cost(pairs: list[tuple[str | None, str | None]]) -> float:
    total = 0.0
    for before, after in pairs:
        if before is not None and after is not None:
            changed = change(before, after)
            assert changed is not None
            total += changed
        else:
            total += len(before or after or "")
    return total


def least(before: tuple[str, ...], after: tuple[str, ...]) -> float:
    @cache
    def rest(i: int, j: int) -> float:
        options = [0.0] if (i, j) == (len(before), len(after)) else []
        if i < len(before):
            options.append(len(before[i]) + rest(i + 1, j))
        if j < len(after):
            options.append(len(after[j]) + rest(i, j + 1))
        if i < len(before) and j < len(after):
            changed = change(before[i], after[j])
            if changed is not None:
                options.append(changed + rest(i + 1, j + 1))
        return min(options)

    return rest(0, 0)


@given(ITEMS, ITEMS)
def test_no_alignment_is_cheaper(before: list[str], after: list[str]) -> None:
    pairs = align(before, after, change, len)
    assert [each for each, _ in pairs if each is not None] == before
    assert [each for _, each in pairs if each is not None] == after
    assert abs(cost(pairs) - least(tuple(before), tuple(after))) < 1e-9


@given(ITEMS, st.integers(0, 400))
def test_a_band_of_the_table_holds_every_item_too(before: list[str], more: int) -> None:
    after = [*before, *["c"] * more]
    pairs = align(["A", *before], after, change, len, most_cells=0)
    assert [each for each, _ in pairs if each is not None] == ["A", *before]
    assert [each for _, each in pairs if each is not None] == after
