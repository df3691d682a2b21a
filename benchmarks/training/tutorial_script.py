"""The tutorials' loop as a script: one epoch of a whole folder with its evaluation, or its first step.

    python -m benchmarks.training.tutorial_script NET FOLDER [--files] [--began SECONDS]

With `--began`, the time of day when the process was started, it ends after its first step and prints how
many seconds that took.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from torchvision.datasets import ImageFolder

from benchmarks.training.data import Images, Part, read_images
from benchmarks.training.folders import PARTS
from benchmarks.training.networks import NETWORKS
from benchmarks.training.tutorial import Tutorial, folder_loaders, memory_loaders

ARRAYS = "arrays.npz"
WORKERS = 2


def read_arrays(folder: Path) -> Images:
    """All images of a folder, decoded once and then kept beside it, as CIFAR-10 is when it is downloaded."""
    kept = folder.parent / ARRAYS
    if not kept.exists():
        images = read_images(folder)
        train, test = images.train, images.test
        np.savez(
            kept,
            train_images=train.images,
            train_labels=train.labels,
            test_images=test.images,
            test_labels=test.labels,
        )
    with np.load(kept) as found:
        train, test = (Part(found[f"{name}_images"], found[f"{name}_labels"], []) for name in PARTS)
    return Images(folder, int(train.labels.max()) + 1, train, test)


def list_files(folder: Path) -> Images:
    """The rows of a folder's images, none of them decoded."""
    lists = [ImageFolder(folder / name) for name in PARTS]
    nothing = np.empty((0, 32, 32, 3), np.uint8)
    train, test = (Part(nothing, np.array(found.targets), list(range(len(found)))) for found in lists)
    return Images(folder, len(lists[0].classes), train, test)


def main() -> None:
    """Train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("net", choices=NETWORKS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", action="store_true", help="read each image from its file, two workers")
    parser.add_argument("--began", type=float)
    options = parser.parse_args()
    images = list_files(options.folder) if options.files else read_arrays(options.folder)
    loaders = folder_loaders(images, WORKERS) if options.files else memory_loaders(images)
    tutorial = Tutorial(NETWORKS[options.net], images.classes, loaders)
    if options.began is None:
        tutorial.epoch()
    else:
        tutorial.train(steps=1)
        print(time.time() - options.began)


if __name__ == "__main__":
    main()
