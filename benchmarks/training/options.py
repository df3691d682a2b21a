"""The command line that the measurements share."""

from __future__ import annotations

import argparse
from pathlib import Path

# What netdsl calls the networks.
SPECS = {"lenet5": "lenet5", "six_conv": "six_conv:RegularizedSixConv"}


def make_parser(description: str | None) -> argparse.ArgumentParser:
    """A parser with what every measurement takes."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="train/<class>/*, test/<class>/*"
    )
    parser.add_argument("--net", choices=SPECS, action="append", help="repeat for more; both if not given")
    parser.add_argument("--rounds", type=int, help="turns of each side, after one to warm up")
    parser.add_argument(
        "--quick", action="store_true", help="a minute or less: it runs, its figures say little"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def add_sides(parser: argparse.ArgumentParser, default: tuple[str, ...], more: tuple[str, ...] = ()) -> None:
    """`--sides`, and `--images` to train on."""
    parser.add_argument(
        "--sides",
        default=",".join(default),
        help=f"what to compare netdsl with, of {', '.join(default + more)} (%(default)s)",
    )
    parser.add_argument("--images", type=int, help="images of an epoch")


def either(given: int | None, quick: bool, short: int, usual: int) -> int:
    """What was given, or else what suits."""
    if given is not None:
        return given
    return short if quick else usual
