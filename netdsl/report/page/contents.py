"""What a page holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from netdsl.report.history import History


@dataclass(frozen=True, slots=True)
class Card:
    """An image and what it was taken for: the likeliest classes with their probabilities from 0 to 1.

    `picture` is a data URI; `label` the image's own class, where that is known.
    """

    name: str
    picture: str
    label: str | None
    likely: tuple[tuple[str, float], ...]

    @property
    def is_right(self) -> bool:
        """Whether the likeliest class is the image's own."""
        return bool(self.likely) and self.likely[0][0] == self.label


@dataclass(frozen=True, slots=True)
class Samples:
    """Images of a part of the data: the mistakes that the network was surest of, and some drawn at random."""

    part: str
    count: int
    mistakes: tuple[Card, ...]
    drawn: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Layers:
    """The network as a table: a heading, a row of texts for each layer, a sum, and the file's text."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: str
    source: str


@dataclass(frozen=True, slots=True)
class RunContents:
    """One run. `without` says why there are no images, where there are none.

    Runs of one `group` have one colour in the charts, and differ in their
    dashes: the seeds of one run. Each then has a `seed_name`. `filters` are
    data URIs.
    """

    name: str
    history: History
    recipe: str
    layers: Layers | None = None
    samples: Samples | None = None
    filters: tuple[str, ...] = ()
    without: str = ""
    group: int = 0
    dash: int = 0
    seed_name: str = ""

    @property
    def label(self) -> str:
        """What the page calls the run: its name, and the seed where it has several."""
        return f"{self.name}, {self.seed_name}" if self.seed_name else self.name


@dataclass(frozen=True, slots=True)
class TableContents:
    """A table of texts; columns of numbers are set to the right."""

    headings: Sequence[str]
    numbers: Sequence[bool]
    rows: Sequence[Sequence[str]]

    def filled(self) -> TableContents:
        """The table without the columns in which nothing stands."""
        kept = [n for n in range(len(self.headings)) if any(row[n] for row in self.rows)]
        return TableContents(
            [self.headings[n] for n in kept],
            [self.numbers[n] for n in kept],
            [[row[n] for n in kept] for row in self.rows],
        )


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its title, its runs, and what a sweep said of them."""

    title: str
    runs: tuple[RunContents, ...]
    notes: tuple[str, ...] = ()
    table: TableContents | None = None
