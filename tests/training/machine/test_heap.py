"""Memory that a step frees stays for the next step while a training runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from netdsl.training.machine import heap

pytestmark = pytest.mark.skipif(
    not hasattr(os, "confstr") or "glibc" not in (os.confstr("CS_GNU_LIBC_VERSION") or ""),
    reason="thresholds of glibc",
)

CHOICES = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TOP_PAD_", "GLIBC_TUNABLES")

# Prints how many pages the system cleared for the same tensors before, inside and after the block.
# They have 64 MiB, which is more than glibc ever keeps by itself.
MEASURE = """
import json, resource, sys
import torch
from netdsl.training.machine.heap import kept_heap

def faults(times=5):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(times):
        torch.zeros(2**24)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

faults()
before = faults()
with kept_heap(torch.device(sys.argv[1])):
    # What small things are made at first may stand between the large ones.
    faults(50)
    inside = faults()
print(json.dumps([before, inside, faults()]))
"""


def faults(device: str = "cpu", **choices: str) -> tuple[int, int, int]:
    """The three counts of a process of its own: what others left in the heap would serve the tensors, too."""
    environment = {name: value for name, value in os.environ.items() if name not in CHOICES} | choices
    command = [sys.executable, "-c", MEASURE, device]
    root = Path(__file__).parents[3]
    ended = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, check=True)
    before, inside, behind = json.loads(ended.stdout)
    return before, inside, behind


def test_freed_memory_is_used_again_and_given_back_behind_it() -> None:
    before, inside, behind = faults()
    assert inside < before / 4
    assert behind > before / 2


def test_where_one_is_refused_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[int, int]] = []

    class Refusing:
        def mallopt(self, parameter: int, value: int) -> int:
            calls.append((parameter, value))
            return 0

    for name in CHOICES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(heap.ctypes, "CDLL", lambda _: Refusing())
    with heap.kept_heap(torch.device("cpu")):
        pass
    assert len(calls) == 1


def test_chosen_thresholds_stay() -> None:
    before, inside, _ = faults(MALLOC_TRIM_THRESHOLD_="1000000")
    assert inside > before / 2


def test_other_devices_have_their_own_memory() -> None:
    before, inside, _ = faults("meta")
    assert inside > before / 2
