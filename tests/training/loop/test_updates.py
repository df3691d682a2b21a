"""How an epoch is cut into batches and changes of the weights."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdsl.training.loop.updates import Update, batch_sizes, cut
from netdsl.training.machine.world import World

counts = st.integers(1, 300)
sizes = st.integers(1, 70)
steps = st.integers(1, 9)


def batches_of(updates: list[Update]) -> list[tuple[int, int]]:
    return [batch for update in updates for batch in update.batches]


@given(count=counts, size=sizes, accumulated=steps, processes=st.integers(1, 4))
def test_every_position_comes_once_and_in_order(
    count: int, size: int, accumulated: int, processes: int
) -> None:
    updates = cut(count, size, accumulated, processes)
    positions = [at for start, stop in batches_of(updates) for at in range(start, stop)]
    assert positions == list(range(count))
    assert sum(update.images for update in updates) == count
    assert all(update.images > 0 for update in updates)


@given(count=counts, size=sizes, processes=st.integers(1, 4))
def test_batches_have_their_size_but_for_the_last(count: int, size: int, processes: int) -> None:
    found = [stop - start for start, stop in batches_of(cut(count, size, 1, processes))]
    assert set(found[:-1]) <= {size}
    assert len(found) == 1 or 2 * processes <= found[-1] or found[-1] >= size
    assert found[-1] < size + max(2 * processes, 1)


@given(count=counts, size=st.integers(8, 70), processes=st.integers(1, 4))
def test_no_last_batch_has_fewer_than_two_images_a_process(count: int, size: int, processes: int) -> None:
    found = batches_of(cut(count, size, 1, processes))
    if len(found) == 1:
        return
    for start, stop in found:
        for rank in range(processes):
            first, behind = World(rank, processes).share(start, stop)
            assert behind - first >= 2


@given(count=counts, size=sizes, accumulated=steps)
def test_a_change_of_the_weights_has_so_many_batches(count: int, size: int, accumulated: int) -> None:
    updates = cut(count, size, accumulated)
    assert all(len(update.batches) == accumulated for update in updates[:-1])
    assert 1 <= len(updates[-1].batches) <= accumulated
    assert batches_of(updates) == batches_of(cut(count, size))


@pytest.mark.parametrize(
    ("count", "size", "processes", "expected"),
    [
        (10, 5, 1, [5, 5]),
        (12, 5, 1, [5, 5, 2]),
        (11, 5, 1, [5, 6]),
        (3, 5, 1, [3]),
        (1, 5, 1, [1]),
        (5, 5, 1, [5]),
        (3, 1, 1, [1, 2]),
        (1, 1, 1, [1]),
        (23, 10, 2, [10, 13]),
        (24, 10, 2, [10, 10, 4]),
        (3, 10, 4, [3]),
    ],
)
def test_sizes(count: int, size: int, processes: int, expected: list[int]) -> None:
    assert batch_sizes(count, size, 2 * processes) == expected
    assert [stop - start for start, stop in batches_of(cut(count, size, 1, processes))] == expected
