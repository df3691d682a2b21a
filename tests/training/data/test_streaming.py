from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training import ImageDataset, ImageOptions, load_dataset
from netdsl.training.data import stream_loader
from netdsl.training.data.dataset import ImageSplit
from netdsl.training.data.split import set_validation_aside
from netdsl.training.loop.normalize import measure

Write = Callable[..., list[Path]]
Refused = Callable[[Callable[[], object]], Diagnostic]
PixelsOf = Callable[..., Tensor]
STREAM = ImageOptions(storage="stream", workers=2)


@pytest.fixture
def many(tmp_path: Path, write_images: Write) -> Path:
    """Two classes of 40 and 30 images for training, and a few for the test."""
    for part, name, count in (("train", "cat", 40), ("train", "dog", 30), ("test", "cat", 5)):
        write_images(tmp_path / "many" / part / name, count)
    return tmp_path / "many"


def streamed(folder: Path, **options: object) -> ImageDataset:
    return load_dataset(str(folder), options=ImageOptions(**{"storage": "stream", "workers": 2, **options}))  # type: ignore[arg-type]


def no_children() -> bool:
    until = time.monotonic() + 5
    while multiprocessing.active_children() and time.monotonic() < until:
        time.sleep(0.01)
    return not multiprocessing.active_children()


def read_all(split: ImageSplit) -> list[Tensor]:
    return list(split.batches(torch.split(torch.arange(len(split)), 3)))


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("resize", [None, (5, 6)])
@pytest.mark.parametrize("chunk", [2, 64])
def test_streamed_pixels_are_those_in_memory(
    many: Path, monkeypatch: pytest.MonkeyPatch, workers: int, resize: tuple[int, int] | None, chunk: int
) -> None:
    monkeypatch.setattr(stream_loader, "_CHUNK_IMAGES", chunk)
    kept = load_dataset(str(many), options=ImageOptions(resize=resize, storage="memory"))
    stream = streamed(many, resize=resize, workers=workers)
    assert stream.shape == kept.shape
    assert (stream.classes, stream.name) == (kept.classes, kept.name)
    generator = torch.Generator().manual_seed(0)
    order = torch.randperm(70, generator=generator)
    batches = [*torch.split(order[:64], 9), order[64:64], order[64:69], order[69:]]
    part = torch.randperm(70, generator=generator)
    positions = torch.split(torch.randperm(30, generator=generator), 7)
    for one, other, wanted in (
        (kept.train, stream.train, batches),
        (
            kept.train.part(part[:40]).part(part[part < 40][:30]),
            stream.train.part(part[:40]).part(part[part < 40][:30]),
            positions,
        ),
    ):
        assert len(one) == len(other)
        assert torch.equal(one.class_labels(), other.class_labels())
        pairs = list(zip(one.batches(wanted), other.batches(wanted), strict=True))
        assert [len(batch) for batch in wanted] == [len(left) for left, _ in pairs]
        for left, right in pairs:
            assert right.dtype == torch.uint8
            assert left.shape == right.shape
            assert torch.equal(left, right)


def test_statistics_of_streamed_images(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = streamed(many).train
    assert measure(stream) == measure(load_dataset(str(many)).train)
    monkeypatch.setattr("netdsl.training.loop.normalize._MOST_STREAMED", 20)
    drawn = measure(stream)
    assert drawn == measure(stream)
    assert drawn != measure(load_dataset(str(many)).train)
    assert np.allclose(drawn.mean, measure(load_dataset(str(many)).train).mean, atol=0.05)


def test_nothing_to_read_starts_no_process(many: Path) -> None:
    split = streamed(many).train
    assert list(split.batches([])) == []
    empty = next(split.batches([torch.zeros(0, dtype=torch.int64)]))
    assert empty.shape == (0, 8, 8, 3)
    assert not multiprocessing.active_children()


def test_torch_s_own_generator_is_left_alone(many: Path) -> None:
    split = streamed(many).train
    torch.manual_seed(3)
    before = torch.get_rng_state()
    read_all(split)
    assert torch.equal(torch.get_rng_state(), before)


def test_processes_end_with_the_epoch_and_where_it_is_left_early(many: Path) -> None:
    split = streamed(many).train
    batches = split.batches(torch.split(torch.arange(70), 3))
    next(batches)
    assert len(multiprocessing.active_children()) == 2
    for _ in batches:
        pass
    assert no_children()

    dropped = split.batches(torch.split(torch.arange(70), 3))
    next(dropped)
    assert multiprocessing.active_children()
    del dropped
    assert no_children()


def test_processes_end_where_the_training_is_interrupted(many: Path) -> None:
    split = streamed(many).train

    def interrupted() -> None:
        for _ in split.batches(torch.split(torch.arange(70), 3)):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(1)

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert no_children()


def test_ctrl_c_reaches_the_training_alone(many: Path) -> None:
    split = streamed(many).train
    batches = split.batches(torch.split(torch.arange(70), 3))
    next(batches)
    for child in multiprocessing.active_children():
        assert child.pid is not None
        os.kill(child.pid, signal.SIGINT)
    assert sum(len(batch) for batch in batches) == 67


def test_a_killed_process_is_a_diagnostic(many: Path, refused: Refused) -> None:
    split = streamed(many, resize=(1500, 1500), workers=1).train
    batches = split.batches(torch.split(torch.arange(70), 1))
    next(batches)
    for child in multiprocessing.active_children():
        child.kill()
    found = refused(lambda: list(batches))
    assert found.code == codes.WORKER_ENDED
    assert found.help is not None
    assert "--workers" in found.help
    assert no_children()


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_a_corrupt_file_is_named_when_it_is_read(
    tmp_path: Path, write_images: Write, refused: Refused, suffix: str
) -> None:
    victim = write_images(tmp_path / "images" / "cat", 9, size=(32, 32), suffix=suffix)[6]
    victim.write_bytes(victim.read_bytes()[:200])
    split = streamed(tmp_path / "images").train
    read: list[Tensor] = []

    def batches() -> Iterator[Tensor]:
        for batch in split.batches(torch.split(torch.arange(9), 2)):
            read.append(batch)
            yield batch

    found = refused(lambda: list(batches()))
    assert len(read) == 3
    assert (found.code, found.file) == (codes.CORRUPT_IMAGE, str(victim))
    assert found.help is not None
    assert "--corrupt-images skip" in found.help
    assert no_children()


def test_corrupt_files_are_left_out_after_one_look(
    tmp_path: Path, write_images: Write, pixels_of: PixelsOf, listener
) -> None:
    folder = tmp_path / "images"
    victim = write_images(folder / "cat", 3, size=(32, 32))[1]
    write_images(folder / "dog", 3, size=(32, 32))
    victim.write_bytes(b"no image")
    skip = ImageOptions(storage="stream", workers=1, corrupt_images="skip")
    kept = load_dataset(str(folder), options=ImageOptions(storage="memory", corrupt_images="skip"))
    for decoded in (6, 0, 0):
        listener.decoded = 0
        stream = load_dataset(str(folder), options=skip, progress=listener)
        assert listener.decoded == decoded
        assert stream.train.class_labels().tolist() == [0, 0, 1, 1, 1]
        assert stream.warnings == kept.warnings
        assert torch.equal(pixels_of(stream.train), pixels_of(kept.train))
        for file in folder.with_name("images.netdsl-cache").glob("*.checked.json"):
            if decoded == 6:
                assert "no image" not in file.read_text()
    # A broken verdict is no verdict.
    for file in folder.with_name("images.netdsl-cache").glob("*.checked.json"):
        file.write_text('{"key": 3}')
    load_dataset(str(folder), options=skip, progress=listener)
    assert listener.decoded == 6
    # Nor is that of a file that has changed since.
    Image.new("RGB", (32, 32)).save(victim)
    assert len(load_dataset(str(folder), options=skip).train) == 6


def test_a_file_of_another_size_is_named(many: Path, write_images: Write, refused: Refused) -> None:
    odd = write_images(many / "train" / "dog", 1, size=(12, 10))[0]
    found = refused(lambda: read_all(streamed(many).train))
    assert (found.code, found.file) == (codes.SIZES_DIFFER, str(odd))
    assert "12x10" in found.message
    assert "8x8" in found.message
    assert found.help is not None
    assert "--resize 8" in found.help
    assert refused(lambda: streamed(many, corrupt_images="skip")).file == str(odd)
    assert len(read_all(streamed(many, resize=(6, 6)).train)) == 24


def test_colour_among_grey_says_what_to_do(
    tmp_path: Path, write_images: Write, refused: Refused, pixels_of: PixelsOf
) -> None:
    folder = tmp_path / "images"
    write_images(folder / "a", 3, mode="L")
    colour = write_images(folder / "b", 3, mode="RGB")[0]
    for refusal in (
        refused(lambda: read_all(streamed(folder).train)),
        refused(lambda: streamed(folder, corrupt_images="skip")),
    ):
        assert (refusal.code, refusal.file) == (codes.COLOUR_AMONG_GREY, str(colour))
        assert refusal.help is not None
        assert "--channels 3" in refusal.help
    for channels in (1, 3):
        kept = load_dataset(str(folder), options=ImageOptions(channels=channels))
        assert torch.equal(pixels_of(streamed(folder, channels=channels).train), pixels_of(kept.train))


def test_grey_among_colour_is_expanded_as_in_memory(
    tmp_path: Path, write_images: Write, pixels_of: PixelsOf
) -> None:
    folder = tmp_path / "images"
    write_images(folder / "train" / "a", 3, mode="L")
    write_images(folder / "test" / "a", 3, mode="RGB")
    write_images(folder / "test" / "a" / "more", 2, mode="L")
    kept, stream = load_dataset(str(folder)), streamed(folder)
    assert stream.shape == (3, 8, 8)
    assert kept.test is not None
    assert stream.test is not None
    assert torch.equal(pixels_of(stream.train), pixels_of(kept.train))
    assert torch.equal(pixels_of(stream.test), pixels_of(kept.test))


def test_a_validation_part_of_a_stream(many: Path, pixels_of: PixelsOf) -> None:
    kept = set_validation_aside(load_dataset(str(many)), 0.2, 7)
    stream = set_validation_aside(streamed(many), 0.2, 7)
    assert kept.validation is not None
    assert stream.validation is not None
    assert len(stream.validation) == 14
    assert torch.equal(pixels_of(kept.validation), pixels_of(stream.validation))
    assert torch.equal(kept.train.class_labels(), stream.train.class_labels())


def test_nothing_but_corrupt_images(tmp_path: Path, refused: Refused) -> None:
    (tmp_path / "images" / "cat").mkdir(parents=True)
    (tmp_path / "images" / "cat" / "1.png").write_bytes(b"no")
    assert refused(lambda: streamed(tmp_path / "images")).code == codes.CORRUPT_IMAGE
    with pytest.raises(DiagnosticError):
        streamed(tmp_path / "images", corrupt_images="skip")
