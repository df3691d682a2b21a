"""Which predictions a page shows: the mistakes that the network was surest of, and a random sample."""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterable
from typing import TYPE_CHECKING

from netdsl.report.page.contents import Card, Samples
from netdsl.report.page.pictures import data_uri

if TYPE_CHECKING:
    from netdsl.training.saved.predict import Prediction

SHOWN = 12
# The likeliest classes of a card; the image's own stands below them where it is not among them.
_MOST_CLASSES = 5


def choose_samples(
    predictions: Iterable[Prediction], count: int, part: str, classes: tuple[str, ...], seed: int
) -> Samples:
    """Cards of `count` predictions for a part of the data, which are gone through once.

    A mistake's place goes by the probability of the class that was named.
    """
    drawn_places = set(random.Random(seed).sample(range(count), min(SHOWN, count)))
    drawn: list[Card] = []
    mistakes: list[tuple[float, int, Prediction]] = []
    for place, prediction in enumerate(predictions):
        if place in drawn_places:
            drawn.append(_card(prediction, classes))
        sure = max(prediction.probabilities)
        named = classes[prediction.probabilities.index(sure)]
        if prediction.label is None or named == prediction.label:
            continue
        if len(mistakes) < SHOWN:
            heapq.heappush(mistakes, (sure, -place, prediction))
        else:
            heapq.heappushpop(mistakes, (sure, -place, prediction))
    worst = [each for _, _, each in sorted(mistakes, key=lambda each: (-each[0], -each[1]))]
    return Samples(part, count, tuple(_card(each, classes) for each in worst), tuple(drawn))


def _card(prediction: Prediction, classes: tuple[str, ...]) -> Card:
    order = sorted(range(len(classes)), key=lambda number: -prediction.probabilities[number])
    shown = order[:_MOST_CLASSES]
    shown += [number for number in order[_MOST_CLASSES:] if classes[number] == prediction.label]
    likely = tuple((classes[number], prediction.probabilities[number]) for number in shown)
    return Card(prediction.file, data_uri(prediction.pixels), prediction.label, likely)
