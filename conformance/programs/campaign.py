"""A campaign: many programs by number, in parts that are written down, so that it can stop and go on."""

from __future__ import annotations

import faulthandler
import hashlib
import json
import resource
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

import torch

from conformance.programs.choices import Seeded
from conformance.programs.comparison import compare
from conformance.programs.coverage import hits_of
from conformance.programs.drawing.files import draw_program
from conformance.programs.program import Program
from conformance.programs.reduce import reduce
from conformance.programs.reference.bounds import MOST_MEMORY

ROOT = Path(__file__).parents[2]
# Programs in a part.
PART = 500


@dataclass(frozen=True, slots=True)
class Task:
    """A part of a campaign: programs of a seed, from a number on. `code` names the sources."""

    seed: int
    first: int
    count: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What came of a part. `disagreements` are texts; `code` names the sources that were compared."""

    seed: int
    first: int
    count: int
    code: str
    seconds: float
    hits: dict[str, int]
    disagreements: list[str]


def run_part(task: Task) -> Part:
    """Compare the programs of a part."""
    torch.set_num_threads(1)
    started = time.process_time()
    hits: Counter[str] = Counter()
    disagreements: list[str] = []
    for number in range(task.first, task.first + task.count):
        program = draw_program(Seeded(task.seed, number))
        made = compare(program)
        hits += hits_of(program, made)
        if made.disagreements:
            disagreements.append(tell(task.seed, number, program, made.disagreements[0]))
    seconds = time.process_time() - started
    return Part(task.seed, task.first, task.count, task.code, seconds, dict(hits), disagreements)


def tell(seed: int, number: int, program: Program, first: str) -> str:
    """A disagreement with the smallest program that shows it."""
    kind = first[:24]

    def shows(candidate: Program) -> bool:
        found = compare(candidate).disagreements
        return bool(found) and found[0][:24] == kind

    small = reduce(program, shows)
    said = "\n".join(compare(small).disagreements)
    settings = "".join(f" --set {name}={text}" for name, text in small.settings.items())
    return f"program {number} of seed {seed}, net {small.net}{settings}:\n{small.text}\n{said}"


def code_of() -> str:
    """A name of the sources that take part, so that parts of another state of them are not mixed in."""
    digest = hashlib.sha256()
    for folder in (ROOT / "netdsl", ROOT / "conformance" / "programs"):
        for path in sorted(folder.rglob("*.py")):
            if "training" not in path.parts and "experiments" not in path.parts and "cli" not in path.parts:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def tasks(seed: int, first: int, count: int, code: str) -> Iterator[Task]:
    """The parts of a campaign."""
    for start in range(first, first + count, PART):
        yield Task(seed, start, min(PART, first + count - start), code)


def run_campaign(seed: int, first: int, count: int, jobs: int, log: Path | None) -> Iterator[Part]:
    """The parts of a campaign as they end; those that the log has already are not run again."""
    known = {(part.seed, part.first, part.count, part.code): part for part in read_log(log)}
    pending = []
    for task in tasks(seed, first, count, code_of()):
        done = known.get((task.seed, task.first, task.count, task.code))
        if done is not None:
            yield done
        else:
            pending.append(task)
    for part in run_parts(pending, jobs):
        if log is not None:
            with log.open("a") as file:
                file.write(json.dumps(asdict(part)) + "\n")
        yield part


class DiedError(Exception):
    """A process died, by a crash in torch or for want of memory; the message says at which programs."""


def run_parts(pending: list[Task], jobs: int) -> Iterator[Part]:
    """Run parts in other processes. Raises `DiedError` where one of them dies."""
    with ProcessPoolExecutor(jobs, get_context("spawn"), prepare) as pool:
        for task, future in [(task, pool.submit(run_part, task)) for task in pending]:
            try:
                yield future.result()
            except BrokenProcessPool:
                raise DiedError(
                    f"a process died at one of the programs from {task.first} on; what it did last stands "
                    f"above; find the program by --first {task.first} and smaller and smaller --count"
                ) from None


def prepare() -> None:
    """Bound the memory of a process, so that a program beyond all bounds ends itself and not the machine."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    faulthandler.enable()


def read_log(log: Path | None) -> list[Part]:
    """The parts that a log has."""
    if log is None or not log.exists():
        return []
    return [Part(**json.loads(line)) for line in log.read_text().splitlines() if line.strip()]
