"""Loss and accuracy of a network on one part of a dataset."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from netdsl.training.feed import Feed


@dataclass(frozen=True)
class Evaluation:
    """Mean loss, accuracy (0..1), and the accuracy of each class (None where it has no image)."""

    loss: float
    accuracy: float
    per_class: tuple[float | None, ...]


def evaluate(module: nn.Module, feed: Feed, classes: int, batch_size: int) -> Evaluation:
    """Run the module in evaluation mode over every image of the feed once."""
    loss = torch.zeros((), device=feed.device)
    hits: list[Tensor] = []
    labels: list[Tensor] = []
    module.eval()
    with torch.inference_mode():
        for images, wanted in feed.in_order(batch_size):
            output = module(images)
            loss += functional.cross_entropy(output, wanted, reduction="sum")
            hits.append(output.argmax(1) == wanted)
            labels.append(wanted)
        # Counted on the CPU: counting on a GPU would wait for it once a batch.
        hit, label = torch.cat(hits).cpu(), torch.cat(labels).cpu()
        right = torch.bincount(label[hit], minlength=classes).tolist()
        seen = torch.bincount(label, minlength=classes).tolist()
    return Evaluation(
        loss=float(loss) / len(feed),
        accuracy=sum(right) / len(feed),
        per_class=tuple(hit / count if count else None for hit, count in zip(right, seen, strict=True)),
    )
