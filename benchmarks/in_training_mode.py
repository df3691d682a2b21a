"""The test accuracy of a network never switched to evaluation, as reports 003 and 004 measure it.

python -m benchmarks.in_training_mode RUN

Dropout stays on, and batch norm takes the statistics of each batch of four
images, which are drawn in a random order.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch

from netdsl.cli.shared.saved_network import open_network
from netdsl.training.saved.data import find_part, find_parts
from netdsl.training.saved.evaluate import make_normalizer

BATCH = 4


def main(folder: Path) -> None:
    """Print the accuracy."""
    saved, module = open_network(folder, "best")
    dataset, _ = find_parts(saved, None, None, None)
    split, normalize = find_part(dataset, "test"), make_normalizer(saved, module, torch.device("cpu"))
    labels, hits = split.class_labels(), 0
    torch.manual_seed(0)
    module.train()
    with torch.no_grad():
        for positions in torch.randperm(len(split)).split(BATCH):
            (pixels,) = split.batches([positions])
            hits += int((module(normalize(pixels)).argmax(1) == labels[positions]).sum())
    print(f"accuracy {100 * hits / len(split):.2f} %")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
