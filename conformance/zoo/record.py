"""What a run found, kept as JSON, so that the page can be written and checked without one."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torchvision

from conformance.zoo.evidence import Evidence
from conformance.zoo.lines import net_lines, torchvision_module
from conformance.zoo.networks import NETWORKS

PATH = Path(__file__).with_name("record.json")


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a family: of its `.net` file, and of torchvision's module."""

    net: int
    module: str
    python: int


@dataclass(frozen=True, slots=True)
class Record:
    """The evidence by network, the lines by file, and what was run with."""

    versions: dict[str, str]
    lines: dict[str, Lines]
    networks: dict[str, Evidence]


def read() -> Record:
    """The record of the last run."""
    held = json.loads(PATH.read_text(encoding="utf-8"))
    networks = {name: Evidence(**row) for name, row in held["networks"].items()}
    return Record(held["versions"], {file: Lines(**row) for file, row in held["lines"].items()}, networks)


def write(networks: dict[str, Evidence]) -> Record:
    """Keep what was found of some networks, beside what there is of the others."""
    kept = {**(read().networks if PATH.is_file() else {}), **networks}
    record = Record(
        {
            "Python": platform.python_version(),
            "torch": release(torch.__version__),
            "torchvision": release(torchvision.__version__),
        },
        lines_by_file(),
        {entry.name: kept[entry.name] for entry in NETWORKS if entry.name in kept},
    )
    PATH.write_text(json.dumps(asdict(record), indent=1) + "\n", encoding="utf-8")
    return record


def release(version: str) -> str:
    """A version without what it was built for: `2.7.0+cpu` is 2.7.0."""
    return version.partition("+")[0]


def lines_by_file() -> dict[str, Lines]:
    """Lines of each family, counted now."""
    first = {entry.file: entry.name for entry in reversed(NETWORKS)}
    return {
        file: Lines(net_lines(file), *torchvision_module(first[file]))
        for file in dict.fromkeys(entry.file for entry in NETWORKS)
    }
