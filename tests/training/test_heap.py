"""Memory that a step frees stays for the next step while a training runs."""

from __future__ import annotations

import os
import resource

import pytest
import torch

from netdsl.training.heap import kept_heap

# More than glibc ever keeps by itself.
NUMBERS = 16 * 2**20
PAGES = 4 * NUMBERS // resource.getpagesize()

pytestmark = pytest.mark.skipif(
    not hasattr(os, "confstr") or "glibc" not in (os.confstr("CS_GNU_LIBC_VERSION") or ""),
    reason="thresholds of glibc",
)


@pytest.fixture(autouse=True)
def usual_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TOP_PAD_", "GLIBC_TUNABLES"):
        monkeypatch.delenv(name, raising=False)


def faults(times: int) -> int:
    """How many pages the system cleared while a tensor was made and thrown away so many times."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(times):
        torch.zeros(NUMBERS)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def test_freed_memory_is_used_again() -> None:
    with kept_heap(torch.device("cpu")):
        # What small things are made at first may stand between the large ones.
        faults(10)
        assert faults(5) < PAGES


def test_it_is_given_back_behind_it() -> None:
    with kept_heap(torch.device("cpu")):
        faults(1)
    assert faults(5) > 4 * PAGES


def test_chosen_thresholds_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "1000000")
    with kept_heap(torch.device("cpu")):
        assert faults(5) > 4 * PAGES


def test_other_devices_have_their_own_memory() -> None:
    with kept_heap(torch.device("meta")):
        assert faults(5) > 4 * PAGES
