"""What this machine has left: cores and memory."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import torch

_MEMINFO = Path("/proc/meminfo")
_OWN_PAGES = Path("/proc/self/statm")
_OWN_GROUP = Path("/proc/self/cgroup")
_GROUPS = Path("/sys/fs/cgroup")


def usable_cores() -> int:
    """How many cores this process may keep busy, at least 1.

    Processes that torchrun started side by side share those of the machine.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    beside = os.environ.get("LOCAL_WORLD_SIZE", "1")
    return max(1, cores // max(1, int(beside))) if beside.isdecimal() else cores


def available_memory() -> int | None:
    """Bytes that can be allocated now without anything being swapped out or killed; None where unknown.

    On Linux what the kernel calls available, or what the container's, the
    group's or the shell's limit (`ulimit -v`) leaves if that is less;
    elsewhere all memory there is.
    """
    known = (_memory_of_machine(), _memory_of_limit(), *_memory_of_groups())
    figures = [figure for figure in known if figure is not None]
    return max(min(figures), 0) if figures else None


def free_device_memory(device: torch.device) -> int | None:
    """Bytes free on a GPU; None for a device that has no memory of its own to ask for."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    if device.type == "mps":
        return int(torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory())
    return None


def _memory_of_machine() -> int | None:
    try:
        for line in _MEMINFO.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _memory_of_limit() -> int | None:
    """What the limit of this process's address space leaves."""
    if sys.platform == "win32":
        return None
    import resource

    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    try:
        taken = int(_OWN_PAGES.read_text().split()[0]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return None
    return None if most == resource.RLIM_INFINITY else most - taken


def _memory_of_groups() -> Iterator[int | None]:
    """What the limit of each control group around this process leaves."""
    for folder in _group_folders():
        yield _left(folder, "memory.max", "memory.current", "inactive_file")
        yield _left(folder, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")


def _group_folders() -> Iterator[Path]:
    try:
        lines = _OWN_GROUP.read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, name = line.split(":", 2)
        if controllers not in ("", "memory"):
            continue
        root = _GROUPS / controllers
        folder = root / name.strip("/")
        # In a container the name is mostly that of the host's group, which only its own root stands for.
        yield from {root, *(path for path in (folder, *folder.parents) if path.is_relative_to(root))}


def _left(folder: Path, limit: str, used: str, cached: str) -> int | None:
    try:
        most, now = int((folder / limit).read_text()), int((folder / used).read_text())
        statistics = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
        # Files that were read are counted as used, but give way to whoever asks for memory.
        return most - now + int(statistics.get(cached, 0))
    except (OSError, ValueError):  # No such group, or no limit: `max`.
        return None
