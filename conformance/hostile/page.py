"""The part of docs/conformance.md about hostile inputs, written from the record of the campaigns."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from conformance import pages
from conformance.hostile.found import MISTAKES
from conformance.hostile.record import Campaign
from conformance.hostile.watch import MOST_MEGABYTES, MOST_SECONDS

NAME = "hostile"
TEMPLATE = Path(__file__).with_name("template.md")
WORDS = {
    "texts": "`.net` texts",
    "configurations": "configurations of lints",
    "recipes": "recipes",
    "experiments": "experiment files, with their plans",
    "arrays": "`.npz` files",
    "tensors": "safetensors: weights and checkpoints",
    "folders": "image folders",
    "onnx": "ONNX files",
}


def page(campaigns: Mapping[str, Campaign]) -> str:
    """The whole part."""
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, part in (
        ("ALL", f"{sum(each.count for each in campaigns.values()):,}"),
        ("CAMPAIGNS", pages.table(_COLUMNS, [_row(campaigns[kind]) for kind in WORDS if kind in campaigns])),
        ("COMMANDS", "\n".join(f"    {campaigns[kind].command}" for kind in WORDS if kind in campaigns)),
        ("PYTHON", ", ".join(sorted({each.python for each in campaigns.values()}))),
        ("CODES", _codes(campaigns)),
        ("MISTAKES", "\n".join(f"- {each}" for each in MISTAKES)),
        ("SECONDS", f"{MOST_SECONDS:g}"),
        ("MEGABYTES", f"{MOST_MEGABYTES}"),
    ):
        text = text.replace(f"@{name}@", part)
    return text


_COLUMNS = ("inputs", "number", "accepted", "codes", "each", "slowest", "memory", "found")


def _row(campaign: Campaign) -> tuple[str, ...]:
    return (
        WORDS[campaign.kind],
        f"{campaign.count:,}",
        f"{campaign.accepted:,}",
        f"{len(campaign.codes)}",
        f"{campaign.milliseconds_each:.1f} ms",
        f"{campaign.slowest_seconds:.2f} s",
        f"{campaign.megabytes:,.0f} MB",
        "; ".join(campaign.found) or "nothing",
    )


def _codes(campaigns: Mapping[str, Campaign]) -> str:
    counts: dict[str, int] = {}
    for campaign in campaigns.values():
        for code, count in campaign.codes.items():
            counts[code] = counts.get(code, 0) + count
    return ", ".join(f"`{code}` {count:,}" for code, count in sorted(counts.items()))
