"""Compares what the check says with what torch does, on random programs.

    python -m conformance.programs --count 100000 --seed 0   # a campaign
    python -m conformance.programs ... --log FILE            # one that can stop and go on
    python -m conformance.programs ... --record              # keep what it found, and write the page
    python -m conformance.programs --page                    # write its part of docs/conformance.md anew
    python -m conformance.programs --check                   # exit with 1 where page and record don't agree

A hundred thousand programs take about half an hour of one core.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from conformance import pages
from conformance.programs import campaign, page, record
from conformance.programs.coverage import NOT_DRAWN, never_hit, table

# A smaller campaign may miss something without anybody's fault.
LARGE = 20_000


def main(arguments: list[str] | None = None) -> int:
    """Run a campaign; 1 where something disagrees, or a large campaign misses something."""
    options = read_arguments(arguments)
    if options.page or options.check:
        return settle_page(write=options.page)
    try:
        return run(options)
    except campaign.DiedError as error:
        print(error, file=sys.stderr)
        return 1


def run(options: argparse.Namespace) -> int:
    """Run a campaign, print what comes of it, and keep that where it is to be kept."""
    hits: Counter[str] = Counter()
    disagreements: list[str] = []
    seconds, code = 0.0, ""
    for part in campaign.run_campaign(options.seed, options.first, options.count, options.jobs, options.log):
        hits.update(part.hits)
        seconds, code = seconds + part.seconds, part.code
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
        first = f" --first {options.first}" if options.first else ""
        command = f"python -m conformance.programs --count {options.count} --seed {options.seed}{first}"
        record.write(record.record_of(command, code, hits, len(disagreements), seconds, missed))
        settle_page(write=True)
    return int(bool(disagreements) or (options.count >= LARGE and not set(missed) <= set(NOT_DRAWN)))


def read_arguments(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        "python -m conformance.programs",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--count", type=int, default=1_000, help="number of programs")
    parser.add_argument("--seed", type=int, default=0, help="of the draws: a program has a seed and a number")
    parser.add_argument("--first", type=int, default=0, help="number of the first program")
    parser.add_argument("--jobs", type=int, default=1, help="number of processes")
    parser.add_argument(
        "--log", type=Path, help="file of the parts that are done; those in it are not run again"
    )
    parser.add_argument("--record", action="store_true", help="keep what is found, and write the page")
    parser.add_argument("--page", action="store_true", help="write the page from the last record")
    parser.add_argument("--check", action="store_true", help="compare the page with the last record")
    return parser.parse_args(arguments)


def settle_page(*, write: bool) -> int:
    """Write the part of docs/conformance.md about the last campaign, or compare it."""
    text = page.page(record.read())
    if write:
        pages.write_part(page.NAME, text)
    elif not pages.is_current(page.NAME, text):
        print(
            "docs/conformance.md is out of date; run python -m conformance.programs --page", file=sys.stderr
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
