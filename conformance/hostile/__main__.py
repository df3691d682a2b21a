"""Gives netdsl hostile inputs.

    python -m conformance.hostile                              # a few thousand of each kind
    python -m conformance.hostile texts --count 1000000 --log FILE --record
    python -m conformance.hostile --page                       # write its part of docs/conformance.md anew
    python -m conformance.hostile --check                      # exit with 1 where page and record don't agree

A campaign goes on where its log ends. It exits with 1 where anything was found.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from conformance import pages
from conformance.hostile import page, record
from conformance.hostile.campaign import Part, run_campaign
from conformance.hostile.kinds.all import KINDS


def main(arguments: list[str] | None = None) -> int:
    """Run what the command line asks for; 1 where something was found."""
    parser = argparse.ArgumentParser(
        "python -m conformance.hostile",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("--count", type=int, default=5_000, help="number of inputs of each kind")
    parser.add_argument("--seed", type=int, default=0, help="seed of the draws")
    parser.add_argument("--log", type=Path, help="file of the parts that are done")
    parser.add_argument("--record", action="store_true", help="keep what came of it, and write the page")
    parser.add_argument("--page", action="store_true", help="write the page from the last record")
    parser.add_argument("--check", action="store_true", help="compare the page with the last record")
    options = parser.parse_args(arguments)
    if options.page or options.check:
        return settle_page(write=options.page)
    unknown = set(options.kinds) - set(KINDS)
    if unknown:
        parser.error(f"no kind {', '.join(sorted(unknown))}")
    found = False
    for kind in options.kinds or KINDS:
        parts = []
        for part in run_campaign(kind, options.seed, options.count, options.log):
            parts.append(part)
            tell(parts)
            if options.record:
                record.write(record.summarize(parts))
                settle_page(write=True)
        found |= any(part.found for part in parts)
    return int(found)


def settle_page(*, write: bool) -> int:
    """Write the part of the page from the last record, or compare it."""
    text = page.page(record.read())
    if write:
        pages.write_part(page.NAME, text)
    elif not pages.is_current(page.NAME, text):
        print("docs/conformance.md is out of date; run python -m conformance.hostile --page", file=sys.stderr)
        return 1
    return 0


def tell(parts: list[Part]) -> None:
    """Print how far a campaign is, and what the last part has found."""
    done = sum(part.task.count for part in parts)
    seconds = sum(part.seconds for part in parts)
    hits: Counter[str] = sum((Counter(part.hits) for part in parts), Counter())
    print(
        f"{parts[0].task.kind}: {done:,} inputs, {1000 * seconds / max(done, 1):.2f} ms each, "
        f"slowest {max(part.slowest for part in parts):.2f} s, {len(hits)} signs",
        file=sys.stderr,
        flush=True,
    )
    for each in parts[-1].found:
        print(f"\n{each.what}, {each.count} times, such as\n{each.example!r}\n{each.told}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
