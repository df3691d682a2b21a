from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training import ImageDataset, ImageOptions, load_dataset
from netdsl.training.data import machine
from netdsl.training.data.parquet_file import ParquetFile, describe

pyarrow = pytest.importorskip("pyarrow")
from pyarrow import parquet  # noqa: E402

Refused = Callable[[Callable[[], object]], Diagnostic]


def picture(seed: int, size: tuple[int, int] = (8, 8), mode: str = "RGB", kind: str = "PNG") -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)
    written = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(written, kind)
    return written.getvalue()


def decoded(data: bytes) -> torch.Tensor:
    with Image.open(io.BytesIO(data)) as image:
        pixels = torch.from_numpy(np.array(image))
    return (pixels if pixels.dim() == 3 else pixels.unsqueeze(2)).permute(2, 0, 1)


def write(
    path: Path,
    pictures: Sequence[bytes | None],
    labels: Sequence[int | None] | None = None,
    names: Sequence[str] | None = None,
    *,
    plain: bool = False,
    columns: tuple[str, str] = ("image", "label"),
    rows: int | None = None,
    **others: Sequence[object],
) -> Path:
    """Write a file as Hugging Face's libraries do, or with plain bytes."""
    image, label = columns
    values: Sequence[object] = pictures if plain else [{"bytes": data, "path": None} for data in pictures]
    bytes_type = pyarrow.binary()
    kind = bytes_type if plain else pyarrow.struct([("bytes", bytes_type), ("path", pyarrow.string())])
    labels = [number % 2 for number in range(len(pictures))] if labels is None else labels
    table = pyarrow.table(
        {image: pyarrow.array(values, kind), label: pyarrow.array(labels, pyarrow.int64()), **others}
    )
    if names is not None:
        features = {image: {"_type": "Image"}, label: {"names": list(names), "_type": "ClassLabel"}}
        table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(table, path, row_group_size=rows)
    return path


def labels_of(dataset: ImageDataset) -> list[int]:
    return dataset.train.class_labels().tolist()


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("rows", [None, 2])
@pytest.mark.parametrize("names", [None, ["cat", "dog", "emu"]])
def test_one_file_is_for_training(
    tmp_path: Path, plain: bool, rows: int | None, names: list[str] | None
) -> None:
    pictures = [picture(seed) for seed in range(7)]
    path = write(tmp_path / "pets.parquet", pictures, [0, 1, 1, 0, 1, 0, 0], names, plain=plain, rows=rows)
    dataset = load_dataset(str(path))
    assert dataset.name == "pets"
    assert dataset.classes == (("0", "1") if names is None else ("cat", "dog", "emu"))
    assert dataset.validation is None
    assert dataset.test is None
    assert labels_of(dataset) == [0, 1, 1, 0, 1, 0, 0]
    assert torch.equal(dataset.train.images, torch.stack([decoded(data) for data in pictures]))


@pytest.mark.parametrize("inside", ["", "data"])
@pytest.mark.parametrize("validation", ["val", "valid", "validation", "validation-clean", None])
def test_a_folder_of_shards(tmp_path: Path, inside: str, validation: str | None) -> None:
    folder = tmp_path / "pets" / inside
    write(folder / "train-00001-of-00002.parquet", [picture(seed) for seed in range(4, 7)], [2, 2, 0])
    write(folder / "train-00000-of-00002.parquet", [picture(seed) for seed in range(4)], rows=3)
    write(folder / "test-00000-of-00001.parquet", [picture(9)], [1])
    write(folder / "unsupervised.parquet", [b"nothing to do with it"], [77])
    if validation is not None:
        write(folder / f"{validation}.parquet", [picture(10), picture(11)])
    dataset = load_dataset(str(tmp_path / "pets"))
    assert dataset.name == "pets"
    assert dataset.classes == ("0", "1", "2")
    assert labels_of(dataset) == [0, 1, 0, 1, 2, 2, 0]
    assert torch.equal(dataset.train.images, torch.stack([decoded(picture(seed)) for seed in range(7)]))
    assert dataset.test is not None
    assert len(dataset.test) == 1
    assert (dataset.validation is None) is (validation is None)
    assert validation is None or len(dataset.validation) == 2


def test_columns_by_other_names(tmp_path: Path) -> None:
    cifar = write(
        tmp_path / "cifar100.parquet",
        [picture(seed) for seed in range(3)],
        [0, 1, 2],
        ["apple", "bear", "cup"],
        columns=("img", "fine_label"),
        coarse_label=[5, 6, 7],
    )
    assert load_dataset(str(cifar)).classes == ("apple", "bear", "cup")
    odd = write(tmp_path / "odd.parquet", [picture(0), picture(1)], columns=("scan", "finding"))
    assert labels_of(load_dataset(str(odd))) == [0, 1]
    named = write(
        tmp_path / "named.parquet",
        [picture(0), picture(1)],
        [1, 0],
        ["ill", "well"],
        columns=("scan", "finding"),
        patient=[7, 8],
    )
    assert labels_of(load_dataset(str(named))) == [1, 0]


def test_options_are_those_of_files(tmp_path: Path) -> None:
    pictures = [picture(0, (8, 8)), picture(1, (9, 5), "L"), picture(2, (6, 6), kind="JPEG")]
    path = write(tmp_path / "pets.parquet", pictures)
    for name, data in zip(("a.png", "b.png", "c.jpg"), pictures, strict=True):
        file = tmp_path / "files" / "all" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    for channels in (None, 1, 3):
        options = ImageOptions(resize=(5, 6), channels=channels)
        ours, files = (load_dataset(str(where), options=options) for where in (path, tmp_path / "files"))
        assert torch.equal(ours.train.images, files.train.images)


def test_grey_images_stay_grey_unless_another_part_is_not(tmp_path: Path) -> None:
    write(tmp_path / "train.parquet", [picture(0, mode="L"), picture(1, mode="L")])
    assert load_dataset(str(tmp_path)).shape == (1, 8, 8)
    write(tmp_path / "test.parquet", [picture(2)], [0])
    dataset = load_dataset(str(tmp_path))
    assert dataset.train.shape == (3, 8, 8)
    assert dataset.test is not None
    assert torch.equal(dataset.test.images[0], decoded(picture(2)))


@pytest.mark.parametrize(
    "damage", [None, b"", b"no image", picture(3)[:60]], ids=["none", "empty", "text", "cut"]
)
def test_a_corrupt_image_is_named_by_file_and_row(
    tmp_path: Path, refused: Refused, damage: bytes | None
) -> None:
    write(tmp_path / "train-0.parquet", [picture(0), picture(1)])
    pictures = [picture(2), picture(3), picture(4), damage, picture(5)]
    path = write(tmp_path / "train-1.parquet", pictures, rows=2)
    found = refused(lambda: load_dataset(str(tmp_path)))
    assert (found.code, found.file) == (codes.CORRUPT_IMAGE, str(path))
    assert "row 3" in found.message
    dataset = load_dataset(str(tmp_path), options=ImageOptions(corrupt_images="skip"))
    assert labels_of(dataset) == [0, 1, 0, 1, 0, 0]
    (warning,) = dataset.warnings
    assert warning.code == codes.IMAGE_SKIPPED
    assert "row 3" in warning.message


def test_differing_sizes_are_refused(tmp_path: Path, refused: Refused) -> None:
    path = write(tmp_path / "train.parquet", [picture(0), picture(1), picture(2, (9, 8))])
    found = refused(lambda: load_dataset(str(path)))
    assert (found.code, found.file) == (codes.SIZES_DIFFER, str(path))
    assert "row 2" in found.message
    write(tmp_path / "train.parquet", [picture(0), picture(1)])
    write(tmp_path / "test.parquet", [picture(0, (9, 9))])
    found = refused(lambda: load_dataset(str(tmp_path)))
    assert found.code == codes.SIZES_DIFFER
    assert "9x9" in found.message


@pytest.mark.parametrize(
    ("labels", "names", "told"),
    [
        ([0, None], None, "no label in row 1"),
        ([0, -1], None, "a label of -1 in row 1"),
        ([0, 5], ["a", "b"], "a label of 5 in row 1"),
        ([0, 10**12], None, "more than they have images"),
        ([], None, "no rows"),
    ],
)
def test_labels_that_are_none(
    tmp_path: Path, refused: Refused, labels: list[int | None], names: list[str] | None, told: str
) -> None:
    path = write(tmp_path / "pets.parquet", [picture(seed) for seed in range(len(labels))], labels, names)
    found = refused(lambda: load_dataset(str(path)))
    assert (found.code, found.file) == (codes.WRONG_PARQUET, str(path))
    assert told in found.message


def test_files_of_other_classes_are_refused(tmp_path: Path, refused: Refused) -> None:
    write(tmp_path / "train.parquet", [picture(0), picture(1)], names=["cat", "dog"])
    path = write(tmp_path / "test.parquet", [picture(0), picture(1)], names=["dog", "cat"])
    found = refused(lambda: load_dataset(str(tmp_path)))
    assert (found.code, found.file) == (codes.WRONG_PARQUET, str(path))


def test_a_name_of_two_classes_is_refused(tmp_path: Path, refused: Refused) -> None:
    path = write(tmp_path / "train.parquet", [picture(0), picture(1)], names=["cat", "dog", "cat"])
    found = refused(lambda: load_dataset(str(path)))
    assert (found.code, found.file) == (codes.WRONG_PARQUET, str(path))
    assert "names the class `cat` twice" in found.message


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"text": ["a"], "label": [0]}, "encoded images, only text, label"),
        ({"image": [b"a"], "name": ["cat"]}, "whole numbers"),
        ({"image": [b"a"], "height": [8], "width": [8]}, "whole numbers"),
        ({"one": [b"a"], "two": [b"b"], "label": [0]}, "encoded images"),
    ],
)
def test_columns_that_are_no_images_or_labels(
    tmp_path: Path, refused: Refused, columns: dict[str, list[object]], told: str
) -> None:
    parquet.write_table(pyarrow.table(columns), tmp_path / "pets.parquet")
    found = refused(lambda: load_dataset(str(tmp_path / "pets.parquet")))
    assert found.code == codes.WRONG_PARQUET
    assert told in found.message


@pytest.mark.parametrize("metadata", [b"no json", b"3", b"{}", b'{"info": {"features": {"label": 3}}}'])
def test_odd_metadata_names_no_classes(tmp_path: Path, metadata: bytes) -> None:
    path = write(tmp_path / "pets.parquet", [picture(0), picture(1)])
    table = parquet.read_table(path).replace_schema_metadata({b"huggingface": metadata})
    parquet.write_table(table, path)
    assert load_dataset(str(path)).classes == ("0", "1")


def test_a_folder_without_files_for_training(tmp_path: Path, refused: Refused) -> None:
    write(tmp_path / "pets" / "data" / "part-0.parquet", [picture(0)])
    found = refused(lambda: load_dataset(str(tmp_path / "pets")))
    assert found.code == codes.WRONG_PARQUET
    assert "part-0.parquet" in found.message


def test_a_tree_of_images_may_have_parquet_files_beside_it(images: Path) -> None:
    write(images / "metadata.parquet", [picture(0)])
    assert load_dataset(str(images)).classes == ("cat", "dog")


@pytest.mark.parametrize("content", [b"", b"text", b"PAR1" + bytes(200) + b"PAR1"])
def test_a_broken_file(tmp_path: Path, refused: Refused, content: bytes) -> None:
    path = tmp_path / "train.parquet"
    path.write_bytes(content)
    found = refused(lambda: load_dataset(str(path)))
    assert (found.code, found.file) == (codes.BROKEN_PARQUET, str(path))


def test_a_file_cut_short_or_damaged_inside(tmp_path: Path, refused: Refused) -> None:
    path = write(tmp_path / "train.parquet", [picture(seed) for seed in range(20)])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert refused(lambda: load_dataset(str(path))).code == codes.BROKEN_PARQUET
    path.write_bytes(whole[:4] + bytes(100) + whole[104:])
    assert refused(lambda: load_dataset(str(path))).code == codes.BROKEN_PARQUET


def test_images_that_do_not_fit_are_refused(
    tmp_path: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "train.parquet", [picture(0), picture(1)])
    monkeypatch.setattr(machine, "available_memory", lambda: 2 * 8 * 8 * 3 - 1)
    assert refused(lambda: load_dataset(str(path))).code == codes.TOO_LARGE


def test_each_group_of_rows_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "train.parquet", [picture(seed, (70, 70)) for seed in range(130)], rows=10)
    read: list[int] = []
    plain = ParquetFile.read_images

    def counted(file: ParquetFile, group: int) -> list[bytes | None]:
        read.append(group)
        return plain(file, group)

    monkeypatch.setattr(ParquetFile, "read_images", counted)
    dataset = load_dataset(str(path))
    assert sorted(read) == list(range(13))
    assert torch.equal(dataset.train.images[77], decoded(picture(77, (70, 70))))


def test_without_its_reader_it_says_what_to_install(
    tmp_path: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "train.parquet", [picture(0)])
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    found = refused(lambda: load_dataset(str(path)))
    assert found.code == codes.MISSING_READER
    assert found.help == "pip install 'netdsl[parquet]'"


def test_a_file_that_says_that_it_has_more_rows(tmp_path: Path, refused: Refused) -> None:
    path = write(tmp_path / "pets.parquet", [picture(seed) for seed in range(3)], [0, 1, 1])
    lying = replace(describe(path), group_rows=(5,))
    for read in (lying.read_labels, lambda: lying.read_images(0)):
        found = refused(read)
        assert found.code == codes.WRONG_PARQUET
        assert "5 rows where it has 3" in found.message
