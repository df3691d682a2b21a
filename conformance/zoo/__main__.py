"""Compares the packaged networks with torchvision's.

    python -m conformance.zoo [NAME ...]   # torchvision's names; all without one
    python -m conformance.zoo --papers     # those of papers on CIFAR, with networks written by hand
    python -m conformance.zoo --write      # keep what was found, and write docs/zoo.md
    python -m conformance.zoo --page       # write docs/zoo.md anew from the last record
    python -m conformance.zoo --check      # exit with 1 where page and record don't agree

A run of all takes about an hour on one core, and 8 GB of memory.
"""

from __future__ import annotations

import argparse
import gc
import sys

import torch

from conformance.zoo import page, record
from conformance.zoo.evidence import Evidence, gather, problems
from conformance.zoo.networks import NETWORKS
from conformance.zoo.papers import PAPERS, compare_with_paper, wrong


def main() -> int:
    """Run what the command line asks for; 1 where something is not as it should be."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--papers", action="store_true", help="the networks that torchvision has not")
    parser.add_argument("--write", action="store_true", help="keep what was found, and write docs/zoo.md")
    parser.add_argument("--page", action="store_true", help="write docs/zoo.md from the last record")
    parser.add_argument("--check", action="store_true", help="compare docs/zoo.md with the last record")
    options = parser.parse_args()
    unknown = set(options.names) - {entry.name for entry in NETWORKS}
    if unknown:
        parser.error(f"no network {', '.join(sorted(unknown))}")
    if options.page or options.check:
        return settle_page(write=options.page)
    torch.set_num_threads(1)
    if options.papers:
        return run_papers(write=options.write)
    found: dict[str, Evidence] = {}
    for entry in NETWORKS:
        if options.names and entry.name not in options.names:
            continue
        found[entry.name] = gather(entry)
        # What was traced refers to itself, and would stay.
        gc.collect()
        print(page.networks_table([(entry, found[entry.name])]).splitlines()[-1], flush=True)
        if options.write:
            record.write({entry.name: found[entry.name]})
            settle_page(write=True)
    return int(any(problems(entry, found[entry.name]) for entry in NETWORKS if entry.name in found))


def run_papers(*, write: bool) -> int:
    """Compare the networks of papers; 1 where something is not as it should be."""
    failed = False
    for paper in PAPERS:
        found = compare_with_paper(paper)
        gc.collect()
        print(" | ".join(page.paper_row(paper, found)), flush=True)
        failed = failed or bool(wrong(found))
        if write:
            record.write({}, {paper.spec: found})
            settle_page(write=True)
    return int(failed)


def settle_page(*, write: bool) -> int:
    """Write the page of the last record, or compare it."""
    text = page.page(record.read())
    if write:
        page.PATH.write_text(text, encoding="utf-8")
    elif page.PATH.read_text(encoding="utf-8") != text:
        print("docs/zoo.md is out of date; run python -m conformance.zoo --page", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
