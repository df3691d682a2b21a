from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import torch
from PIL import Image

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training import ImageDataset, ImageOptions, Progress, load_dataset
from netdsl.training.saved.predict import find_images

Write = Callable[..., list[Path]]
Refused = Callable[[Callable[[], object]], Diagnostic]


class Reading(Progress):
    def __init__(self) -> None:
        self.decoded = 0

    def reading(self, done: int, total: int) -> None:
        self.decoded = done


def decoded_count(folder: Path, options: ImageOptions | None = None) -> int:
    reading = Reading()
    load_dataset(str(folder), options=options, progress=reading)
    return reading.decoded


def same(left: ImageDataset, right: ImageDataset) -> bool:
    return torch.equal(left.train.images, right.train.images) and torch.equal(
        left.train.labels, right.train.labels
    )


def test_a_tree_of_parts_and_classes(images: Path, write_images: Write) -> None:
    write_images(images / "val" / "dog", 4)
    dataset = load_dataset(str(images))
    assert dataset.name == "images"
    assert dataset.classes == ("cat", "dog")
    assert dataset.shape == (3, 8, 8)
    assert dataset.train.labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert dataset.validation is not None
    assert dataset.validation.labels.tolist() == [1] * 4
    assert dataset.test is not None
    assert dataset.test.images.shape == (4, 3, 8, 8)
    with Image.open(images / "train" / "dog" / "001.png") as image:
        assert np.array_equal(dataset.train.images[4].permute(1, 2, 0).numpy(), np.array(image))


def test_classes_alone_are_all_for_training(images: Path) -> None:
    dataset = load_dataset(str(images / "train"))
    assert len(dataset.train) == 6
    assert dataset.validation is None
    assert dataset.test is None


@pytest.mark.parametrize(
    ("suffix", "mode", "channels"),
    [
        (".png", "L", 1),
        (".png", "LA", 1),
        (".png", "1", 1),
        (".jpg", "L", 1),
        (".jpg", "CMYK", 3),
        (".png", "RGBA", 3),
        (".png", "P", 3),
        (".bmp", "RGB", 3),
        (".gif", "P", 3),
        (".webp", "RGB", 3),
        (".tiff", "RGB", 3),
        (".JPEG", "RGB", 3),
    ],
)
def test_formats(tmp_path: Path, write_images: Write, suffix: str, mode: str, channels: int) -> None:
    write_images(tmp_path / "images" / "cat", 2, suffix=suffix, mode=mode)
    dataset = load_dataset(str(tmp_path / "images"))
    assert dataset.shape == (channels, 8, 8)
    with Image.open(tmp_path / "images" / "cat" / f"000{suffix}") as image:
        expected = np.array(image.convert("L" if channels == 1 else "RGB"), dtype=np.int64)
    decoded = dataset.train.images[0].permute(1, 2, 0).numpy().squeeze()
    # CMYK is converted by differing formulas; everything else is exact, or a rounding apart.
    assert np.abs(decoded - expected).max() <= (255 if mode == "CMYK" else 2)


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        (np.int32, [0, 1, 200, 255], [0, 1, 200, 255]),
        (np.int32, [0, 0, 0, 0], [0, 0, 0, 0]),
        (np.int32, [0, 255, 256, 65535], [0, 0, 1, 255]),
        (np.int32, [-5, 255, 65536, 2**24 - 1], [0, 0, 1, 255]),
        (np.int32, [0, 2**24, 2**30, 2**31 - 1], [0, 1, 64, 127]),
        (np.uint16, [0, 255, 256, 65535], [0, 0, 1, 255]),
        (np.uint16, [0, 1, 200, 255], [0, 0, 0, 0]),
    ],
)
def test_long_numbers_of_grey(tmp_path: Path, kind: type, values: list[int], expected: list[int]) -> None:
    """16 bits are what the file says; 32 bits hold numbers of as few bytes as the largest has."""
    (tmp_path / "images" / "cat").mkdir(parents=True)
    Image.fromarray(np.array([values], dtype=kind)).save(tmp_path / "images" / "cat" / "0.tif")
    dataset = load_dataset(str(tmp_path / "images"))
    assert dataset.shape == (1, 1, 4)
    assert dataset.train.images[0].flatten().tolist() == expected


def test_long_numbers_without_a_sign(tmp_path: Path) -> None:
    path = tmp_path / "images" / "cat" / "0.tif"
    path.parent.mkdir(parents=True)
    values = np.array([[0, 2**31, 2**32 - 1]], dtype=np.uint32)
    Image.fromarray(values.view(np.int32)).save(path)
    # Pillow writes that the samples have a sign, 2 under tag 339; 1 says that they have none.
    tag = struct.pack("<HHI", 339, 3, 1)
    content = path.read_bytes()
    assert content.count(tag + b"\2") == 1
    path.write_bytes(content.replace(tag + b"\2", tag + b"\1"))
    assert load_dataset(str(tmp_path / "images")).train.images.flatten().tolist() == [0, 128, 255]


def test_grey_among_colour_becomes_colour(tmp_path: Path, write_images: Write) -> None:
    write_images(tmp_path / "images" / "a", 2, mode="L")
    write_images(tmp_path / "images" / "b", 2, mode="RGB")
    dataset = load_dataset(str(tmp_path / "images"))
    assert dataset.shape == (3, 8, 8)
    first = dataset.train.images[0]
    assert torch.equal(first[0], first[1])


def test_channels_by_option(images: Path) -> None:
    grey = load_dataset(str(images), options=ImageOptions(channels=1))
    assert grey.shape == (1, 8, 8)
    with Image.open(images / "train" / "cat" / "000.png") as image:
        expected = np.array(image.convert("L"), dtype=np.int64)
    assert np.abs(grey.train.images[0, 0].numpy() - expected).max() <= 1
    assert load_dataset(str(images), options=ImageOptions(channels=3)).shape == (3, 8, 8)


def test_decoded_once(images: Path) -> None:
    first = load_dataset(str(images))
    assert decoded_count(images) == 0
    assert same(first, load_dataset(str(images)))
    assert images.with_name("images.netdsl-cache").is_dir()


def test_a_changed_added_or_renamed_file_is_decoded_anew(images: Path, write_images: Write) -> None:
    load_dataset(str(images / "train"))
    changed = images / "train" / "cat" / "000.png"
    Image.new("RGB", (8, 8), (1, 2, 3)).save(changed)
    dataset = load_dataset(str(images / "train"))
    assert dataset.train.images[0, :, 0, 0].tolist() == [1, 2, 3]
    os.utime(changed, ns=(1, 1))
    assert decoded_count(images / "train") == 6
    changed.rename(changed.with_name("100.png"))
    assert decoded_count(images / "train") == 6
    write_images(images / "train" / "dog", 5)
    assert decoded_count(images / "train") == 8
    assert decoded_count(images / "train") == 0


def test_options_have_caches_of_their_own(images: Path) -> None:
    small = ImageOptions(resize=(4, 4))
    load_dataset(str(images))
    assert decoded_count(images, small) > 0
    assert decoded_count(images, small) == 0
    assert decoded_count(images) == 0


@pytest.mark.parametrize("content", [b"", b"no cache at all", b"\xff" * 64])
def test_a_broken_cache_is_written_anew(images: Path, content: bytes) -> None:
    first = load_dataset(str(images))
    for file in images.with_name("images.netdsl-cache").iterdir():
        file.write_bytes(content)
    assert same(first, load_dataset(str(images)))
    assert decoded_count(images) == 0


def test_the_user_s_cache_where_the_folder_can_not_be_written(images: Path) -> None:
    images.with_name("images.netdsl-cache").write_text("in the way")
    load_dataset(str(images))
    assert decoded_count(images) == 0
    assert list(Path(os.environ["XDG_CACHE_HOME"]).rglob("train.safetensors"))


def test_images_are_read_where_nothing_can_be_cached(images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    images.with_name("images.netdsl-cache").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(images.with_name("images.netdsl-cache")))
    assert len(load_dataset(str(images)).train) == 6


@pytest.mark.parametrize("damage", ["cut", "empty", "text", "link"])
@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_a_corrupt_image_is_named_or_skipped(
    tmp_path: Path, write_images: Write, refused: Refused, damage: str, suffix: str
) -> None:
    folder = tmp_path / "images"
    write_images(folder / "cat", 3, size=(32, 32), suffix=suffix)
    victim = write_images(folder / "dog", 3, size=(32, 32), suffix=suffix)[1]
    whole = victim.read_bytes()
    victim.unlink()
    if damage == "link":
        victim.symlink_to(tmp_path / "nowhere")
    else:
        victim.write_bytes({"cut": whole[: len(whole) // 2], "empty": b"", "text": b"not an image"}[damage])
    found = refused(lambda: load_dataset(str(folder)))
    assert found.code == codes.CORRUPT_IMAGE
    assert found.file == str(victim)
    assert found.help is not None
    assert "--corrupt-images skip" in found.help
    for _ in ("decoded", "from the cache"):
        dataset = load_dataset(str(folder), options=ImageOptions(corrupt_images="skip"))
        assert dataset.train.labels.tolist() == [0, 0, 0, 1, 1]
        assert [warning.file for warning in dataset.warnings] == [str(victim)]
        assert dataset.warnings[0].severity == "warning"


@pytest.mark.parametrize("storage", ["memory", "stream"])
def test_an_image_that_the_system_does_not_give_is_not_left_out_for_ever(
    images: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch, storage: Literal["memory", "stream"]
) -> None:
    victim, opened = images / "train" / "dog" / "001.png", Image.open
    skip = ImageOptions(storage=storage, workers=1, corrupt_images="skip")
    for error in (PermissionError(13, "Permission denied"), OSError(24, "Too many open"), MemoryError()):

        def deny(file: object, error: Exception = error, **options: Any) -> Image.Image:
            if file == str(victim):
                raise error
            return opened(file, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(Image, "open", deny)
        found = refused(lambda: load_dataset(str(images), options=skip))
        reason = getattr(error, "strerror", None) or "memory ran out"
        assert (found.code, found.file) == (codes.UNREADABLE_DATA, str(victim))
        assert found.message == f"{victim} can't be read: {reason.lower()}"
    monkeypatch.undo()
    assert len(load_dataset(str(images), options=skip).train) == 6


def test_a_malformed_file_of_which_the_system_complains_is_corrupt(images: Path, refused: Refused) -> None:
    # A TIFF whose first directory lies where no file has anything.
    (images / "train" / "dog" / "9.tif").write_bytes(b"II+\0\x08\0\0\0" + (2**63 - 1).to_bytes(8, "little"))
    assert refused(lambda: load_dataset(str(images))).code == codes.CORRUPT_IMAGE


def test_nothing_but_corrupt_images(tmp_path: Path, refused: Refused) -> None:
    (tmp_path / "images" / "cat").mkdir(parents=True)
    (tmp_path / "images" / "cat" / "1.png").write_bytes(b"no")
    skip = ImageOptions(corrupt_images="skip")
    assert refused(lambda: load_dataset(str(tmp_path / "images"), options=skip)).code == codes.CORRUPT_IMAGE


def test_differing_sizes_are_refused_or_resized(images: Path, write_images: Write, refused: Refused) -> None:
    write_images(images / "train" / "dog", 1, size=(12, 10))
    found = refused(lambda: load_dataset(str(images)))
    assert found.code == codes.SIZES_DIFFER
    assert "12x10" in found.message
    assert found.help is not None
    assert "--resize 8" in found.help
    dataset = load_dataset(str(images), options=ImageOptions(resize=(6, 5)))
    assert dataset.shape == (3, 6, 5)


def test_parts_of_differing_sizes_are_refused(images: Path, write_images: Write, refused: Refused) -> None:
    for name in ("cat", "dog"):
        write_images(images / "test" / name, 2, size=(9, 9))
    found = refused(lambda: load_dataset(str(images)))
    assert found.code == codes.SIZES_DIFFER
    assert "9x9" in found.message
    assert "8x8" in found.message


def test_an_empty_class_is_named(images: Path, refused: Refused) -> None:
    (images / "train" / "emu").mkdir()
    (images / "train" / "emu" / "notes.txt").write_text("none yet")
    found = refused(lambda: load_dataset(str(images)))
    assert found.code == codes.EMPTY_CLASS
    assert found.file == str(images / "train" / "emu")


def test_a_test_class_without_training_images_is_named(
    images: Path, write_images: Write, refused: Refused
) -> None:
    write_images(images / "test" / "cats", 1)
    found = refused(lambda: load_dataset(str(images)))
    assert found.code == codes.CLASSES_DIFFER
    assert "cats" in found.message


def test_folders_that_are_no_tree_of_classes(tmp_path: Path, write_images: Write, refused: Refused) -> None:
    assert refused(lambda: load_dataset(str(tmp_path))).code == codes.NO_CLASSES
    write_images(tmp_path / "flat", 3)
    found = refused(lambda: load_dataset(str(tmp_path / "flat")))
    assert found.code == codes.NO_CLASSES
    assert "3 images" in found.message
    write_images(tmp_path / "half" / "test" / "cat", 1)
    assert refused(lambda: load_dataset(str(tmp_path / "half"))).code == codes.NO_CLASSES


def test_hidden_files_are_left_alone(images: Path, write_images: Write) -> None:
    write_images(images / "train" / ".thumbnails", 1)
    write_images(images / "train" / "cat" / ".ipynb_checkpoints", 1)
    (images / "train" / "cat" / "._000.png").write_bytes(b"resource fork")
    # A folder is none of the images, whatever its name.
    (inside,) = write_images(images / "train" / "dog" / "more.png", 1)
    assert len(load_dataset(str(images)).train) == 7
    found = find_images([str(images / "train")])
    assert (len(found), str(inside) in found) == (7, True)


def test_data_that_is_not_there(tmp_path: Path, refused: Refused) -> None:
    assert refused(lambda: load_dataset(str(tmp_path / "nowhere"))).code == codes.UNKNOWN_DATA
    assert refused(lambda: load_dataset("")).code == codes.UNKNOWN_DATA
    assert refused(lambda: load_dataset("x" * 5000)).code == codes.UNREADABLE_DATA
    found = refused(lambda: load_dataset("fashion-minst"))
    assert found.help == "did you mean `fashion_mnist`?"


def test_a_folder_that_can_not_be_read(
    images: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny(path: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", deny)
    found = refused(lambda: load_dataset(str(images)))
    assert found.code == codes.UNREADABLE_DATA
    assert "permission denied" in found.message
