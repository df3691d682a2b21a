"""Imports torchvision's models, and keeps the table of docs/import.md.

    python -m conformance.imports [NAME ...]    # import these, or all, and put their rows into the table
    python -m conformance.imports --check       # exit with 1 where it tells of other packaged files

`--check` imports no model: it takes what an import gives from the table.
"""

from __future__ import annotations

import argparse
import re
import sys
import warnings
from pathlib import Path

from conformance.zoo.networks import NETWORKS
from netdsl.diagnostics.diagnostic import DiagnosticError

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "import.md"
ARCHITECTURES = ROOT / "architectures"
SHAPE = (3, 64, 64)
# Those whose images have a size of their own.
SIZED = ("inception", "vit", "swin", "maxvit")
HEAD = "| model | lines | packaged file | its lines |\n| --- | --- | --- | --- |"
FILES = {entry.name: entry.file for entry in NETWORKS}


def main(arguments: list[str] | None = None) -> int:
    """Import the models one by one; the table is written after each."""
    parser = argparse.ArgumentParser(
        "python -m conformance.imports",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a model of torchvision; all without one")
    parser.add_argument("--check", action="store_true", help="compare the table with the packaged files")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in FILES]
    if unknown:
        parser.error(f"no such model: {', '.join(unknown)}")
    if options.check:
        return check()
    warnings.simplefilter("ignore")
    for name in options.names or sorted(FILES):
        said = outcome(name)
        print(f"{name}: {said}", flush=True)
        write(name, said)
    return 0


def check() -> int:
    """1 where a row of the table is not that of its model's packaged file."""
    _, rows, _ = parts(PAGE.read_text(encoding="utf-8"))
    wrong = [name for name, line in rows.items() if name not in FILES or row(name, cells(line)[1]) != line]
    for name in wrong:
        print(f"docs/import.md is out of date; run python -m conformance.imports {name}", file=sys.stderr)
    return int(bool(wrong))


def outcome(name: str) -> str:
    """The number of lines of the text, or why there is none."""
    from netdsl.importing.importer import import_model
    from netdsl.importing.locate import locate

    model = locate(f"torchvision:{name}")
    shape = model.shape if name.startswith(SIZED) and model.shape is not None else SHAPE
    try:
        made = import_model(model.module, shape, model.name, f"torchvision:{name}")
    except DiagnosticError as error:
        return f"{error.diagnostic.code.id}: {error.diagnostic.message}"
    return str(counted(made.text))


def counted(text: str) -> int:
    """Lines that are neither empty nor comments."""
    return sum(bool(line.strip()) and not line.strip().startswith("#") for line in text.splitlines())


def lines_of(file: str) -> int:
    """Those of a packaged file."""
    return counted((ARCHITECTURES / f"{file}.net").read_text(encoding="utf-8"))


def row(name: str, said: str) -> str:
    """The row of a model."""
    return f"| {name} | {said} | {FILES[name]} | {lines_of(FILES[name])} |"


def cells(line: str) -> list[str]:
    """What stands in a row."""
    return [each.strip() for each in line.strip("|").split("|")]


def parts(page: str) -> tuple[str, dict[str, str], str]:
    """What stands before the table, its rows by model, and what stands after it."""
    found = re.search(r"(<!-- imports -->\n)(.*?)(<!-- end -->)", page, re.DOTALL)
    assert found is not None
    rows = {cells(line)[0]: line for line in found[2].splitlines()[2:] if line}
    return page[: found.end(1)], rows, page[found.start(3) :]


def write(name: str, said: str) -> None:
    """Put a row into the table of the page, in the order of the names."""
    before, rows, behind = parts(PAGE.read_text(encoding="utf-8"))
    rows[name] = row(name, said)
    table = "\n".join([HEAD, *(rows[each] for each in sorted(rows))])
    PAGE.write_text(f"{before}{table}\n{behind}", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
