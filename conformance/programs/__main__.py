"""The command: runs a campaign, prints what it hit, and writes the record."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from conformance.programs.campaign import run_campaign, versions
from conformance.programs.coverage import never_hit, table
from conformance.programs.explained import REASONS, WARNINGS

RECORD = Path(__file__).with_name("record.json")
# A smaller campaign may miss something without anybody's fault.
LARGE = 20_000


def main(arguments: list[str] | None = None) -> int:
    """Run a campaign; 1 where something disagrees, or a large campaign misses something."""
    options = read_arguments(arguments)
    hits: Counter[str] = Counter()
    disagreements: list[str] = []
    seconds = 0.0
    for part in run_campaign(options.seed, options.first, options.count, options.jobs, options.log):
        hits.update(part.hits)
        seconds += part.seconds
        for each in part.disagreements:
            print(each, end="\n\n", flush=True)
        disagreements += part.disagreements
        done = hits["programs"]
        so_far = f"{done:,} of {options.count:,} programs, {len(disagreements)} disagreements"
        print(f"{so_far}, {1000 * seconds / done:.1f} ms each", file=sys.stderr, flush=True)
    missed = never_hit(hits)
    print(table(hits))
    if missed:
        print("never hit: " + ", ".join(missed))
    if options.record:
        write_record(options, hits, disagreements, missed, seconds)
    return int(bool(disagreements) or (options.count >= LARGE and bool(missed)))


def read_arguments(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser("python -m conformance.programs", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000, help="number of programs")
    parser.add_argument("--seed", type=int, default=0, help="of the draws: a program has a seed and a number")
    parser.add_argument("--first", type=int, default=0, help="number of the first program")
    parser.add_argument("--jobs", type=int, default=1, help="number of processes")
    parser.add_argument(
        "--log", type=Path, help="file of the parts that are done; those in it are not run again"
    )
    parser.add_argument(
        "--record", action="store_true", help=f"write {RECORD.name}, the record of the campaign"
    )
    return parser.parse_args(arguments)


def write_record(
    options: argparse.Namespace,
    hits: Counter[str],
    disagreements: list[str],
    missed: list[str],
    seconds: float,
) -> None:
    """Write what a campaign did beside the code."""
    record = {
        "command": f"python -m conformance.programs --count {options.count} --seed {options.seed}",
        "first": options.first,
        "versions": versions(),
        "milliseconds_each": round(1000 * seconds / hits["programs"], 1),
        "disagreements": len(disagreements),
        "never_hit": missed,
        "stricter": {
            each.name: {"why": each.why, "programs": hits[f"reason: {each.name}"]} for each in REASONS
        },
        "warnings": {name: {"why": why, "programs": hits[f"reason: {name}"]} for _, name, why in WARNINGS},
        "hits": dict(sorted(hits.items())),
    }
    RECORD.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
