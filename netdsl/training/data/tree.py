"""Lists the image files of a folder that has a folder a class."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from netdsl.diagnostics import Code, Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as codes

SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm")

_VALIDATION_NAMES = ("val", "valid", "validation")


class ImageFile(NamedTuple):
    """One file: path, class, and what changes when the file does (bytes; nanoseconds)."""

    path: str
    label: int
    size: int
    modified: int


@dataclass(frozen=True, slots=True)
class ImageTree:
    """The files of one part of a dataset, sorted by class and then by path."""

    folder: Path
    classes: tuple[str, ...]
    files: tuple[ImageFile, ...]


def find_parts(folder: Path) -> dict[str, Path]:
    """The folders of the train, validation and test parts; the folder itself where it has no parts.

    Raises `DiagnosticError` where there is a test part but no train part.
    """
    names = {path.name for path in _folders(folder)}
    validation = next((name for name in _VALIDATION_NAMES if name in names), None)
    if "train" not in names:
        if "test" in names:
            raise _fault(codes.NO_CLASSES, folder, "has a folder `test` but no folder `train`")
        return {"train": folder}
    parts = {"train": folder / "train"}
    if validation is not None:
        parts["validation"] = folder / validation
    if "test" in names:
        parts["test"] = folder / "test"
    return parts


def list_images(folder: Path, known_classes: tuple[str, ...] | None = None) -> ImageTree:
    """Every image of a folder of classes; labels follow `known_classes`, or else the sorted names.

    Raises `DiagnosticError` where there are no classes, one has no image, or
    one is not among `known_classes`; `OSError` where a folder can't be read.
    """
    folders = _folders(folder)
    if not folders:
        raise _fault(codes.NO_CLASSES, folder, _why_no_classes(folder), _LAYOUT)
    classes = known_classes if known_classes is not None else tuple(path.name for path in folders)
    files: list[ImageFile] = []
    for class_folder in folders:
        if class_folder.name not in classes:
            raise _fault(
                codes.CLASSES_DIFFER,
                class_folder,
                f"is a class that the training images lack; they have {_few(classes)}",
            )
        label = classes.index(class_folder.name)
        found = [
            ImageFile(path, label, size, modified)
            for path, size, modified in sorted(image_files(class_folder))
        ]
        if not found:
            raise _fault(codes.EMPTY_CLASS, class_folder, "holds no images")
        files += found
    return ImageTree(folder, classes, tuple(files))


def find_classes(folder: Path) -> tuple[str, ...]:
    """The classes of a dataset's training images, none where a folder of them holds no image.

    Raises what `find_parts` does, and `OSError` where a folder can't be read.
    """
    folders = _folders(find_parts(folder)["train"])
    # As soon as each has one image, the rest need not be listed.
    if not all(any(image_files(each)) for each in folders):
        return ()
    return tuple(each.name for each in folders)


_LAYOUT = "make a folder for each class and put its images in: FOLDER/train/cat/1.jpg, FOLDER/test/cat/2.jpg"


def _folders(folder: Path) -> list[Path]:
    with os.scandir(folder) as entries:
        return sorted(Path(entry.path) for entry in entries if entry.is_dir() and entry.name[0] != ".")


def image_files(folder: Path) -> Iterator[tuple[str, int, int]]:
    """Path, size and time of modification of the images in a folder and those inside it, but for hidden ones.

    Raises `OSError` where a folder can't be read.
    """
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name[0] == ".":
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from image_files(Path(entry.path))
            elif entry.name.lower().endswith(SUFFIXES):
                try:
                    status = entry.stat()
                except OSError:  # A link to nothing: decoding will name it.
                    yield entry.path, -1, -1
                else:
                    yield entry.path, status.st_size, status.st_mtime_ns


def _why_no_classes(folder: Path) -> str:
    loose = sum(1 for _ in image_files(folder))
    return (
        f"has {loose} images but no folders of classes" if loose else "is empty: it has no folders of classes"
    )


def _few(classes: tuple[str, ...]) -> str:
    return ", ".join(classes[:10]) + (", ..." if len(classes) > 10 else "")


def _fault(code: Code, path: Path, problem: str, help_text: str | None = None) -> DiagnosticError:
    return DiagnosticError(Diagnostic(code, f"{path} {problem}", file=str(path), help=help_text))
