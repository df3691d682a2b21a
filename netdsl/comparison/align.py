"""The cheapest way to make one sequence of another: by keeping, changing, dropping and adding items."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    T = TypeVar("T")

MOST_CELLS = 1_000_000
NARROWEST_BAND = 50


def align(
    before: Sequence[T],
    after: Sequence[T],
    change: Callable[[T, T], float | None],
    weight: Callable[[T], float],
    most_cells: int = MOST_CELLS,
) -> list[tuple[T | None, T | None]]:
    """The items in pairs, None beside an item that has no partner.

    `change` is what it costs to make one item of another (0 for the same,
    None where they have nothing in common), `weight` what it costs to drop
    or to add one (Needleman and Wunsch 1970). What begins and ends alike is
    paired at once. Of tables with more than `most_cells` only a band around
    the diagonal is filled, which may miss the cheapest way.
    """
    first, last = _alike(before, after, change)
    head = list(zip(before[:first], after[:first], strict=True))
    tail = list(zip(before[len(before) - last :], after[len(after) - last :], strict=True))
    middle = _pairs(
        before[first : len(before) - last], after[first : len(after) - last], change, weight, most_cells
    )
    return [*head, *middle, *tail]


def _alike(
    before: Sequence[T], after: Sequence[T], change: Callable[[T, T], float | None]
) -> tuple[int, int]:
    """How many items at the beginning, and then at the end, are the same."""
    shorter = min(len(before), len(after))
    first = 0
    while first < shorter and change(before[first], after[first]) == 0:
        first += 1
    last = 0
    while last < shorter - first and change(before[-1 - last], after[-1 - last]) == 0:
        last += 1
    return first, last


def _pairs(
    before: Sequence[T],
    after: Sequence[T],
    change: Callable[[T, T], float | None],
    weight: Callable[[T], float],
    most_cells: int,
) -> list[tuple[T | None, T | None]]:
    """The cheapest pairs, by a table of the costs of all beginnings, filled from the back."""
    dropped, added = [weight(each) for each in before], [weight(each) for each in after]
    rows = _costs(before, after, change, dropped, added, most_cells)
    pairs: list[tuple[T | None, T | None]] = []
    i = j = 0
    while i < len(before) or j < len(after):
        here = rows[i][j]
        if i < len(before) and j < len(after):
            cost = change(before[i], after[j])
            if cost is not None and here == cost + rows[i + 1].get(j + 1, _FAR):
                pairs.append((before[i], after[j]))
                i, j = i + 1, j + 1
                continue
        if i < len(before) and here == dropped[i] + rows[i + 1].get(j, _FAR):
            pairs.append((before[i], None))
            i += 1
        else:
            pairs.append((None, after[j]))
            j += 1
    return pairs


_FAR = float("inf")


def _costs(
    before: Sequence[T],
    after: Sequence[T],
    change: Callable[[T, T], float | None],
    dropped: Sequence[float],
    added: Sequence[float],
    most_cells: int,
) -> list[dict[int, float]]:
    """What it costs to make the rest of one of the rest of the other, from each position on."""
    n, m = len(before), len(after)
    band = m if n * m <= most_cells else max(NARROWEST_BAND, most_cells // max(n, m))
    rows: list[dict[int, float]] = [{} for _ in range(n + 1)]
    for i in range(n, -1, -1):
        row, below = rows[i], rows[i + 1] if i < n else {}
        low, high = (i * m // n - band, (i + 1) * m // n + band) if n else (0, m)
        for j in range(min(m, high), max(0, low) - 1, -1):
            cost = 0.0 if (i, j) == (n, m) else _FAR
            if i < n:
                cost = min(cost, dropped[i] + below.get(j, _FAR))
            if j < m:
                cost = min(cost, added[j] + row.get(j + 1, _FAR))
            if i < n and j < m and j + 1 in below:
                changed = change(before[i], after[j])
                if changed is not None:
                    cost = min(cost, changed + below[j + 1])
            row[j] = cost
    return rows
