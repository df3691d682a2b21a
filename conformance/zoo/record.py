"""What a run found, kept as JSON, so that the page can be written and checked without one."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
import torchvision

from conformance.zoo.evidence import Evidence
from conformance.zoo.lines import net_lines, torchvision_module
from conformance.zoo.networks import NETWORKS
from conformance.zoo.papers import PAPERS

PATH = Path(__file__).with_name("record.json")


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a family: of its `.net` file, and of torchvision's module."""

    net: int
    module: str
    python: int


@dataclass(frozen=True, slots=True)
class Record:
    """The evidence by network, the lines by file, and what was run with.

    `papers` is the evidence of the networks that torchvision has not, by ours.
    """

    versions: dict[str, str]
    lines: dict[str, Lines]
    networks: dict[str, Evidence]
    papers: dict[str, Evidence] = field(default_factory=dict)


def read() -> Record:
    """The record of the last run."""
    held = json.loads(PATH.read_text(encoding="utf-8"))
    networks = {name: Evidence(**row) for name, row in held["networks"].items()}
    papers = {spec: Evidence(**row) for spec, row in held.get("papers", {}).items()}
    lines = {file: Lines(**row) for file, row in held["lines"].items()}
    return Record(held["versions"], lines, networks, papers)


def write(networks: dict[str, Evidence], papers: dict[str, Evidence] | None = None) -> Record:
    """Keep what was found of some networks, beside what there is of the others."""
    before = read() if PATH.is_file() else Record({}, {}, {})
    kept, of_papers = {**before.networks, **networks}, {**before.papers, **(papers or {})}
    record = Record(
        {
            "Python": platform.python_version(),
            "torch": release(torch.__version__),
            "torchvision": release(torchvision.__version__),
        },
        lines_by_file(),
        {entry.name: kept[entry.name] for entry in NETWORKS if entry.name in kept},
        {paper.spec: of_papers[paper.spec] for paper in PAPERS if paper.spec in of_papers},
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
