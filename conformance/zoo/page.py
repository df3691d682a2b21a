"""docs/zoo.md, written from the record of a run."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from conformance.zoo.evidence import Evidence, problems
from conformance.zoo.networks import NETWORKS, Entry
from conformance.zoo.papers import PAPERS, Paper, wrong
from conformance.zoo.record import Lines, Record

PATH = Path(__file__).resolve().parents[2] / "docs" / "zoo.md"
TEMPLATE = Path(__file__).with_name("template.md")
COLUMNS = (
    *("torchvision", "net", "parameters", "multiply-adds", "size", "evaluation", "training", "export"),
    *("start", "gradients", "compile"),
)
PAPER_COLUMNS = (
    *("net", "paper", "parameters there", "parameters", "multiply-adds", "evaluation", "training"),
    "gradients",
)


def page(record: Record) -> str:
    """The whole page."""
    rows = [(entry, record.networks[entry.name]) for entry in NETWORKS if entry.name in record.networks]
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, part in (
        ("VERSIONS", ", ".join(f"{name} {version}" for name, version in record.versions.items())),
        ("NETWORKS", networks_table(rows)),
        ("NOTES", notes(rows)),
        ("PAPERS", papers_table(record.papers)),
        ("LINES", lines_table(record.lines, rows)),
    ):
        text = text.replace(f"@{name}@", part)
    return text


def table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    lines = (columns, ("---",) * len(columns), *rows)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def networks_table(rows: list[tuple[Entry, Evidence]]) -> str:
    """A line a network."""
    return table(COLUMNS, (network_row(entry, found) for entry, found in rows))


def network_row(entry: Entry, found: Evidence) -> tuple[str, ...]:
    """The cells of a network; whatever is wrong stands in the last one."""
    differences = (found.difference, found.train_difference, found.export_difference)
    checks = ["no" if check in found.failed else "yes" for check in COLUMNS[-3:]]
    wrong = problems(entry, found)
    return (
        f"`{entry.name}`",
        f"`{entry.spec}`",
        f"{found.parameters:,}",
        f"{found.multiply_adds / 1e9:,.2f} G",
        f"{found.side}",
        *map(shown, differences),
        *checks[:-1],
        f"{checks[-1]}; {'; '.join(wrong)}" if wrong else checks[-1],
    )


def papers_table(found: dict[str, Evidence]) -> str:
    """A line a network that torchvision has not."""
    return table(PAPER_COLUMNS, (paper_row(each, found[each.spec]) for each in PAPERS if each.spec in found))


def paper_row(paper: Paper, found: Evidence) -> tuple[str, ...]:
    """The cells of such a network; whatever is wrong stands in the last one."""
    trained = "" if paper.draws else shown(found.train_difference)
    gradients = "no" if "gradients" in found.failed else "yes"
    reasons = wrong(found)
    return (
        f"`{paper.spec}`",
        paper.name,
        f"{paper.said} M" if paper.said else "",
        f"{found.parameters:,}",
        f"{found.multiply_adds / 1e9:,.2f} G",
        shown(found.difference),
        trained,
        f"{gradients}; {'; '.join(reasons)}" if reasons else gradients,
    )


def shown(difference: float) -> str:
    """A difference, nothing but its size."""
    return "0" if difference == 0 else f"{difference:.0e}"


def lines_table(families: dict[str, Lines], rows: list[tuple[Entry, Evidence]]) -> str:
    """A line a family, and their sum."""
    counts = {file: sum(1 for entry, _ in rows if entry.file == file) for file in families}
    sums = (sum(each.net for each in families.values()), sum(each.python for each in families.values()))
    return table(
        ("file", "networks", "lines", "torchvision", "lines"),
        (
            *(
                (f"`{file}.net`", f"{counts[file]}", f"{each.net}", f"`{each.module}`", f"{each.python}")
                for file, each in families.items()
            ),
            ("all", f"{len(rows)}", f"{sums[0]:,}", "", f"{sums[1]:,}"),
        ),
    )


def notes(rows: list[tuple[Entry, Evidence]]) -> str:
    """Why some differ in the last digits, are run in float32, or are mapped otherwise than by order."""
    differing = grouped(
        (entry.difference, entry.name)
        for entry, found in rows
        if max(found.difference, found.train_difference, found.export_difference) > 0
    )
    mapped = grouped((reason, entry.name) for entry, _ in rows for reason in entry.mapping.reasons)
    single = [entry.name for entry, found in rows if found.precision == "float32"]
    parts = [f"Too large for float64 on the machine, and so compared in float32: {listed(single)}."] * bool(
        single
    )
    parts += explained("Not equal to the bit, and why:", differing)
    parts += explained("Mapped with these exceptions from the order of the state dict:", mapped)
    return "".join(f"\n{part}\n" for part in parts)


def explained(head: str, groups: dict[str, list[str]]) -> list[str]:
    """A list of reasons, each with the networks it is true of."""
    if not groups:
        return []
    return [head, "\n".join(f"- {listed(names)}: {reason}." for reason, names in groups.items())]


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Names by reason, in order."""
    found: dict[str, list[str]] = {}
    for reason, name in pairs:
        names = found.setdefault(reason, [])
        if name not in names:
            names.append(name)
    return found


def listed(names: list[str]) -> str:
    """Names in a sentence."""
    return ", ".join(f"`{name}`" for name in names)
