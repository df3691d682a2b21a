"""`netdsl list`."""

from __future__ import annotations

import os

from netdsl.checker import check_source, packaged_folder, read_source
from netdsl.checker.loading.packaged import packaged_names
from netdsl.cli.shared.printing import print_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print the list")


def run(options: Namespace) -> int:
    """Print every packaged net with its parameters and the first line of its documentation."""
    rows = packaged_nets()
    if options.format == "json":
        print_json([{key: row[key] for key in ("name", "file", "net", "parameters", "doc")} for row in rows])
        return 0
    width = max((len(str(row["name"])) for row in rows), default=0)
    print(f"{'name':<{width}}  {'parameters':>12}  what it is")
    for row in rows:
        print(f"{row['name']:<{width}}  {row['parameters']:>12,}  {row['doc']}")
    return 0


def packaged_nets() -> list[dict[str, object]]:
    """The nets of the packaged files; the first of a file goes by the file's name alone."""
    rows: list[dict[str, object]] = []
    folder = packaged_folder()
    for name in packaged_names():
        path = os.path.join(folder, name + ".net")
        result = check_source(read_source(path), folder=folder, every=True)
        for position, network in enumerate(result.networks):
            rows.append(
                {
                    "name": name if position == 0 else f"{name}:{network.name}",
                    "file": path,
                    "net": network.name,
                    "parameters": network.parameter_count,
                    "doc": network.doc.splitlines()[0] if network.doc else "",
                }
            )
    return rows
