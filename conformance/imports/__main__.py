"""`python -m conformance.imports [NAME ...]`: import these, or all, and put their rows into the table."""

from __future__ import annotations

import re
import sys
import warnings
from pathlib import Path

from conformance.zoo.networks import NETWORKS
from netdsl.diagnostics.diagnostic import DiagnosticError
from netdsl.importing.importer import import_model
from netdsl.importing.locate import locate

PAGE = Path("docs/import.md")
ARCHITECTURES = Path("architectures")
SHAPE = (3, 64, 64)
# Those whose images have a size of their own.
SIZED = ("inception", "vit", "swin", "maxvit")
HEAD = "| model | lines | packaged file | its lines |\n| --- | --- | --- | --- |"


def main(names: list[str]) -> None:
    """Import the models one by one; the table is written after each."""
    entries = {entry.name: entry.file for entry in NETWORKS}
    unknown = [name for name in names if name not in entries]
    if unknown:
        raise SystemExit(f"no such model: {', '.join(unknown)}")
    for name in names or sorted(entries):
        said = outcome(name)
        print(f"{name}: {said}", flush=True)
        write(name, f"| {name} | {said} | {entries[name]} | {lines_of(entries[name])} |")


def outcome(name: str) -> str:
    """The number of lines of the text, or why there is none."""
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


def write(name: str, row: str) -> None:
    """Put a row into the table of the page, in the order of the names."""
    page = PAGE.read_text(encoding="utf-8")
    found = re.search(r"(<!-- imports -->\n)(.*?)(<!-- end -->)", page, re.DOTALL)
    assert found is not None
    rows = {line.split("|")[1].strip(): line for line in found[2].splitlines()[2:] if line}
    rows[name] = row
    table = "\n".join([HEAD, *(rows[each] for each in sorted(rows))])
    PAGE.write_text(
        page[: found.start()] + found[1] + table + "\n" + page[found.start(3) :], encoding="utf-8"
    )


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(sys.argv[1:])
