from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training import ImageDataset, ImageOptions, Split, load_dataset
from netdsl.training.data import machine
from netdsl.training.data.dataset import ImageSplit
from netdsl.training.data.split import set_validation_aside
from netdsl.training.data.streamed import StreamedSplit

Refused = Callable[[Callable[[], object]], Diagnostic]
PixelsOf = Callable[..., Tensor]
# The tree of `images`, 6 + 4 images of 8x8x3.
DECODED = 10 * 8 * 8 * 3


def leave(monkeypatch: pytest.MonkeyPatch, available: int | None) -> None:
    monkeypatch.setattr(machine, "available_memory", lambda: available)


@pytest.mark.parametrize("available", [None, DECODED * 100, int(DECODED / 0.6) + 1])
def test_images_that_fit_are_kept(images: Path, monkeypatch: pytest.MonkeyPatch, listener, available) -> None:
    leave(monkeypatch, available)
    dataset = load_dataset(str(images), progress=listener)
    assert isinstance(dataset.train, Split)
    assert listener.notes == []


@pytest.mark.parametrize("available", [0, DECODED, int(DECODED / 0.6) - 1])
def test_images_that_do_not_fit_are_streamed_and_a_note_says_so(
    images: Path, monkeypatch: pytest.MonkeyPatch, listener, pixels_of: PixelsOf, parts_of, available: int
) -> None:
    kept = load_dataset(str(images))
    leave(monkeypatch, available)
    stream = load_dataset(str(images), options=ImageOptions(workers=1), progress=listener)
    for one, other in zip(parts_of(kept), parts_of(stream), strict=True):
        assert isinstance(other, StreamedSplit)
        assert torch.equal(pixels_of(one), pixels_of(other))
    (note,) = listener.notes
    assert f"{DECODED / 1024:.1f} KiB" in note
    assert f"{available / 1024:.1f} KiB" in note
    assert "--storage memory" in note


def test_what_was_asked_for_is_done_without_a_note(
    images: Path, monkeypatch: pytest.MonkeyPatch, listener
) -> None:
    leave(monkeypatch, DECODED + 1)
    memory, stream = ImageOptions(storage="memory"), ImageOptions(storage="stream")
    assert isinstance(load_dataset(str(images), options=memory, progress=listener).train, Split)
    assert isinstance(load_dataset(str(images), options=stream, progress=listener).train, StreamedSplit)
    assert listener.notes == []


def test_images_that_can_not_be_kept_are_refused(
    images: Path, monkeypatch: pytest.MonkeyPatch, refused: Refused
) -> None:
    leave(monkeypatch, DECODED - 1)
    found = refused(lambda: load_dataset(str(images), options=ImageOptions(storage="memory")))
    assert found.code == codes.TOO_LARGE
    assert found.help is not None
    assert "--storage stream" in found.help


def write_group(folder: Path, limit: str, used: int, cached: int, version: int) -> None:
    names = {
        1: ("limit_in_bytes", "usage_in_bytes", "total_inactive_file"),
        2: ("max", "current", "inactive_file"),
    }
    most, now, inactive = names[version]
    folder.mkdir(parents=True)
    (folder / f"memory.{most}").write_text(f"{limit}\n")
    (folder / f"memory.{now}").write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon 5\n{inactive} {cached}\n")


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({}, 1000 * 1024),
        ({"outer": "max", "outer/inner": "max"}, 1000 * 1024),
        ({"outer": "max", "outer/inner": "9000"}, 9000 - 700 + 200),
        ({"outer": "8000", "outer/inner": "9000"}, 8000 - 700 + 200),
        ({"outer": "max", "outer/inner": "100"}, 0),
        ({"outer": "max", "outer/inner": "99999999999"}, 1000 * 1024),
    ],
)
@pytest.mark.parametrize("version", [1, 2])
def test_memory_that_is_available(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limits: dict[str, str], expected: int, version: int
) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 4000 kB\nMemAvailable:    1000 kB\n")
    (tmp_path / "cgroup").write_text("4:memory:/outer/inner\n" if version == 1 else "0::/outer/inner\n")
    root = tmp_path / "groups" / ("memory" if version == 1 else "")
    for name, limit in sorted(limits.items(), reverse=True):
        group = root / name
        (group.parent if "/" not in name else group).mkdir(parents=True, exist_ok=True)
        files = tmp_path / "written" / name.replace("/", "-")
        write_group(files, limit, 700, 200, version)
        group.mkdir(exist_ok=True)
        for file in files.iterdir():
            file.rename(group / file.name)
    monkeypatch.setattr(machine, "_MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(machine, "_OWN_GROUP", tmp_path / "cgroup")
    monkeypatch.setattr(machine, "_GROUPS", tmp_path / "groups")
    assert machine.available_memory() == expected
    if sys.platform != "win32":
        (tmp_path / "statm").write_text("3 2 1 0 0 0 0\n")
        monkeypatch.setattr(machine, "_OWN_PAGES", tmp_path / "statm")
        taken = 3 * resource.getpagesize()
        monkeypatch.setattr("resource.getrlimit", lambda _: (taken + 300, taken + 300))
        assert machine.available_memory() == min(expected, 300)


@pytest.mark.parametrize(
    ("beside", "cores"), [(None, 8), ("1", 8), ("3", 2), ("99", 1), ("0", 8), ("many", 8)]
)
def test_processes_side_by_side_share_the_cores(
    monkeypatch: pytest.MonkeyPatch, beside: str | None, cores: int
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.delenv("LOCAL_WORLD_SIZE", raising=False)
    if beside is not None:
        monkeypatch.setenv("LOCAL_WORLD_SIZE", beside)
    assert machine.usable_cores() == cores


def test_this_machine_has_cores_and_memory() -> None:
    assert machine.usable_cores() >= 1
    available = machine.available_memory()
    assert available is None or available > 2**20


def test_parts_share_their_images_on_another_device() -> None:
    split = Split(torch.zeros(10, 3, 4, 4, dtype=torch.uint8), torch.zeros(10, dtype=torch.int64))
    dataset = set_validation_aside(ImageDataset("set", split, None, None, ("only",)), 3, 0)
    moved = dataset.to(torch.device("meta"))
    assert isinstance(moved.train, Split)
    assert isinstance(moved.validation, Split)
    assert moved.train.images.device.type == "meta"
    assert moved.validation.images is moved.train.images
    assert moved.train.class_labels().device.type == "cpu"


@pytest.mark.parametrize(("free", "device"), [(959, "cpu"), (960, "meta")])
def test_images_move_where_they_leave_half_of_a_device_free(
    monkeypatch: pytest.MonkeyPatch, free: int, device: str
) -> None:
    monkeypatch.setattr(machine, "free_device_memory", lambda _: free)
    split = Split(torch.zeros(10, 3, 4, 4, dtype=torch.uint8), torch.zeros(10, dtype=torch.int64))
    moved = split.to(torch.device("meta"))
    assert moved.images.device.type == device
    (batch,) = moved.batches([torch.arange(3)])
    assert batch.device.type == "meta"
    assert batch.shape == (3, 4, 4, 3)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_batches_come_on_the_gpu_wherever_images_are_kept(
    images: Path, monkeypatch: pytest.MonkeyPatch, pixels_of: PixelsOf
) -> None:
    gpu = torch.device("cuda")
    kept: ImageSplit = load_dataset(str(images)).train
    streamed = load_dataset(str(images), options=ImageOptions(storage="stream", workers=1)).train
    expected = pixels_of(kept)
    on_gpu = kept.to(gpu)
    monkeypatch.setattr(machine, "free_device_memory", lambda _: 1)
    on_host = kept.to(gpu)
    assert isinstance(on_host, Split)
    assert on_host.images.device.type == "cpu"
    for split in (on_gpu, on_host, streamed.to(gpu)):
        pixels = pixels_of(split)
        assert pixels.device.type == "cuda"
        assert torch.equal(pixels.cpu(), expected)
