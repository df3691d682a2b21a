"""What campaigns found, kept as JSON, so that the page can be written and checked without one."""

from __future__ import annotations

import json
import platform
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from conformance.hostile.campaign import Part

PATH = Path(__file__).with_name("record.json")


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign of a kind. `codes` counts inputs by the codes of what was said of them."""

    kind: str
    seed: int
    count: int
    python: str
    milliseconds_each: float
    slowest_seconds: float
    megabytes: float
    accepted: int
    codes: dict[str, int]
    found: list[str]

    @property
    def command(self) -> str:
        """What runs it again."""
        return f"python -m conformance.hostile {self.kind} --count {self.count} --seed {self.seed}"


def summarize(parts: Sequence[Part]) -> Campaign:
    """The campaign that these parts are."""
    task, count = parts[0].task, sum(part.task.count for part in parts)
    hits: Counter[str] = sum((Counter(part.hits) for part in parts), Counter())
    codes: Counter[str] = Counter()
    for sign, number in hits.items():
        if is_code(sign):
            codes[sign.split()[0]] += number
    return Campaign(
        task.kind,
        task.seed,
        count,
        platform.python_version(),
        round(1000 * sum(part.seconds for part in parts) / count, 2),
        round(max(part.slowest for part in parts), 2),
        round(max(part.megabytes for part in parts)),
        hits["accepted"],
        dict(sorted(codes.items())),
        [f"{each.what}: {each.count} in part {part.task.number}" for part in parts for each in part.found],
    )


def is_code(sign: str) -> bool:
    """Whether a sign is a diagnostic's: its code, and its message without the input's own words."""
    return len(sign) > 4 and sign[0] in "EW" and sign[1:4].isdigit() and sign[4] == " "


def read() -> dict[str, Campaign]:
    """The campaigns that are kept, by kind."""
    if not PATH.is_file():
        return {}
    return {kind: Campaign(**row) for kind, row in json.loads(PATH.read_text(encoding="utf-8")).items()}


def write(campaign: Campaign) -> None:
    """Keep a campaign, in place of the one of its kind that there was."""
    kept = {kind: asdict(each) for kind, each in sorted({**read(), campaign.kind: campaign}.items())}
    PATH.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
