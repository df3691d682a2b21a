"""A campaign: many inputs of a kind in parts, each part a process of its own, written to a log as it ends.

What has led to something new is built on within a part alone, so that a part can be repeated.
"""

from __future__ import annotations

import json
import resource
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from conformance.hostile.kinds.all import KINDS
from conformance.hostile.reduce import reduce
from conformance.hostile.watch import Finding, Outcome, peak, watched

# Longer inputs are not built on: each would take long.
LONGEST_KEPT = 1_000
MOST_KEPT = 2_000
# Address space that a part may take beyond what it begins with.
ROOM = 3 * 2**30


@dataclass(frozen=True, slots=True)
class Task:
    """A part of a campaign: `count` inputs of a kind, drawn from this seed."""

    kind: str
    seed: int
    number: int
    count: int


@dataclass(frozen=True, slots=True)
class Found:
    """A mistake: what it is, how many inputs showed it, and the smallest of them, as Latin-1."""

    what: str
    told: str
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class Part:
    """What came of a part: processor seconds, megabytes at most, signs by count, and what was found."""

    task: Task
    seconds: float
    slowest: float
    megabytes: float
    hits: dict[str, int]
    found: list[Found]


class Tally:
    """What is known of a part so far."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.seconds = 0.0
        self.slowest = 0.0
        self.hits: Counter[str] = Counter()
        self.found: dict[str, Found] = {}

    def add(self, data: bytes, outcome: Outcome) -> None:
        """Count an input."""
        self.seconds += outcome.seconds
        self.slowest = max(self.slowest, outcome.seconds)
        self.hits.update(outcome.signs)
        if outcome.finding is not None:
            self.note(outcome.finding, data)

    def note(self, finding: Finding, data: bytes) -> None:
        """Keep the smallest input that shows a mistake."""
        text = data.decode("latin-1")
        known = self.found.get(finding.what, Found(finding.what, finding.told, 0, text))
        smaller = replace(known, told=finding.told, example=text) if len(text) < len(known.example) else known
        self.found[finding.what] = replace(smaller, count=known.count + 1)

    def part(self) -> Part:
        """The finished part."""
        return Part(self.task, self.seconds, self.slowest, peak(), dict(self.hits), list(self.found.values()))


def run_part(task: Task, *, timed: bool = True) -> Part:
    """Draw and run the inputs of a part, in this process."""
    tally = Tally(task)
    with TemporaryDirectory(prefix="netdsl-hostile-") as folder:
        kind = KINDS[task.kind](Path(folder))
        random = Random(f"{task.kind} {task.seed} {task.number}")
        pool = list(kind.seeds())
        known: set[str] = set()
        together: set[frozenset[str]] = set()
        # The first ones import what all need, and must be as they should be.
        for data in pool:
            outcome = watched(kind.run, data, timed=False)
            known |= outcome.signs
            if outcome.finding is not None:
                tally.note(outcome.finding, data)
        for _ in range(task.count):
            data = kind.draw(random, pool)
            outcome = watched(kind.run, data, timed=timed)
            tally.add(data, outcome)
            is_new = not outcome.signs <= known or (len(outcome.signs) <= 2 and outcome.signs not in together)
            if outcome.finding is None and is_new and len(data) <= LONGEST_KEPT and len(pool) < MOST_KEPT:
                pool.append(data)
            known |= outcome.signs
            together.add(outcome.signs)
        for each in list(tally.found.values()):
            if each.what not in ("slow", "memory"):
                small = reduce(each.example.encode("latin-1"), each.what, kind.run)
                tally.found[each.what] = replace(each, example=small.decode("latin-1"))
    return tally.part()


def run_campaign(kind: str, seed: int, count: int, log: Path | None) -> Iterator[Part]:
    """The parts of a campaign as they end; those that the log has already are not run again."""
    known = {part.task: part for part in read_log(log)}
    size = KINDS[kind].part
    for number, start in enumerate(range(0, count, size)):
        task = Task(kind, seed, number, min(size, count - start))
        part = known.get(task) or run_apart(task)
        if log is not None and task not in known:
            with log.open("a") as file:
                file.write(json.dumps(asdict(part)) + "\n")
        yield part


def run_apart(task: Task) -> Part:
    """Run a part in a process of its own: its memory is bounded, and it may end in any way."""
    context = get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(task, sending))
    process.start()
    sending.close()
    try:
        part: Part = receiving.recv()
    except EOFError:
        process.join()
        found = Found(f"the process ended with {process.exitcode}", "", 1, "")
        part = Part(task, 0.0, 0.0, 0.0, {}, [found])
    process.join()
    return part


def _serve(task: Task, sending: Connection) -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + ROOM
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    sending.send(run_part(task))
    sending.close()


def read_log(log: Path | None) -> list[Part]:
    """The parts that a log has."""
    if log is None or not log.exists():
        return []
    rows = [json.loads(line) for line in log.read_text().splitlines() if line.strip()]
    return [
        Part(
            **{**row, "task": Task(**row["task"]), "found": [Found(**each) for each in row["found"]]},
        )
        for row in rows
    ]
