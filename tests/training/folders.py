"""Writes datasets as folders of images."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from netdsl.training.data.dataset import ImageSplit, Split


def write_split(folder: Path, split: ImageSplit, classes: tuple[str, ...]) -> None:
    """Each image as `folder/class/number.png`."""
    assert isinstance(split, Split)
    for number, label in enumerate(split.class_labels().tolist()):
        place = folder / classes[label]
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(split.images[number].permute(1, 2, 0).numpy()).save(place / f"{number:04}.png")
