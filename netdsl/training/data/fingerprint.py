"""Tells a dataset's images from as many others."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

import torch

from netdsl.training.data.dataset import ImageDataset

# JSON can hold it.
Fingerprint = Mapping[str, object]

_IMAGES = 8

# Decoders of JPEG differ in a pixel here and there, on other machines.
_TOLERANCE = 1.0


def fingerprint(dataset: ImageDataset) -> Fingerprint:
    """A checksum of all labels, and the mean brightness of a few training images.

    It is the same wherever the images are kept, in memory or in their files.
    Raises `DiagnosticError` where an image can't be read.
    """
    labels = 0
    for part in (dataset.train, dataset.validation, dataset.test):
        if part is not None:
            labels = zlib.crc32(part.class_labels().numpy().tobytes(), labels)
    places = torch.linspace(0, len(dataset.train) - 1, min(_IMAGES, len(dataset.train))).long()
    (pixels,) = dataset.train.batches([places])
    means = pixels.double().mean((1, 2, 3)).tolist()
    return {"labels": labels, "means": [round(mean, 3) for mean in means]}


def same_images(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two fingerprints can be of the same images."""
    means, others = one.get("means"), other.get("means")
    if not isinstance(means, list) or not isinstance(others, list) or len(means) != len(others):
        return False
    close = all(abs(mean - its) <= _TOLERANCE for mean, its in zip(means, others, strict=True))
    return close and one.get("labels") == other.get("labels")
