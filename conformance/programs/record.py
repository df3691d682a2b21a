"""The record of a campaign: what the page about it is written from."""

from __future__ import annotations

import json
import platform
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from conformance.programs.coverage import wanted

PATH = Path(__file__).with_name("record.json")
OPTION = "option: "


@dataclass(frozen=True, slots=True)
class Record:
    """A campaign that ended.

    `code` names the sources, `hits` has how many programs hit what. Of options, `option_places` is how many
    places there are to be hit (inside, at an end of and beyond the range of each).
    """

    command: str
    programs: int
    disagreements: int
    versions: dict[str, str]
    code: str
    milliseconds_each: float
    never_hit: list[str]
    option_places: int
    hits: dict[str, int]

    @property
    def hit_places(self) -> int:
        """How many of the places of options were hit."""
        return self.option_places - sum(name.startswith(OPTION) for name in self.never_hit)


def record_of(
    command: str, code: str, hits: Counter[str], disagreements: int, seconds: float, missed: list[str]
) -> Record:
    """The record of what a campaign found."""
    places = [name for name in wanted() if name.startswith(OPTION)]
    return Record(
        command,
        hits["programs"],
        disagreements,
        {"Python": platform.python_version(), "torch": torch.__version__.partition("+")[0]},
        code,
        round(1000 * seconds / hits["programs"], 1),
        missed,
        len(places),
        {name: count for name, count in sorted(hits.items()) if not name.startswith(OPTION)},
    )


def write(record: Record) -> None:
    """Keep a record beside the code."""
    PATH.write_text(json.dumps(asdict(record), indent=1) + "\n", encoding="utf-8")


def read() -> Record:
    """The record of the last campaign that was kept."""
    return Record(**json.loads(PATH.read_text(encoding="utf-8")))
