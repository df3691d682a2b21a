"""The part of docs/conformance.md about random programs, written from the record of a campaign."""

from __future__ import annotations

from pathlib import Path

from conformance import pages
from conformance.programs.coverage import NOT_DRAWN
from conformance.programs.drawing.mistakes import STATEMENTS
from conformance.programs.drawing.wrong_files import FILE_MISTAKES
from conformance.programs.explained import REASONS, WARNINGS
from conformance.programs.record import Record
from conformance.programs.reference.bounds import MOST_ELEMENTS, MOST_IN_ALL, MOST_PRODUCTS
from netdsl.layers.table import BUILT_IN

NAME = "programs"
MOST_NAMED = 12
TEMPLATE = Path(__file__).with_name("template.md")
VERDICTS = {
    "accepted": "accepted, and did all that was said",
    "refused": "refused, and torch or the page refuses it at the same place",
    "unreadable": "refused as no program: its text can't be read",
    "not run": "beyond a thousand steps, and so not run",
}


def page(record: Record) -> str:
    """The whole part."""
    versions = " and ".join(f"{name} {version}" for name, version in record.versions.items())
    hits = record.hits
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, part in (
        ("COMMAND", record.command),
        ("VERSIONS", versions),
        ("PROGRAMS", f"{record.programs:,}"),
        ("DISAGREEMENTS", f"{record.disagreements:,}" if record.disagreements else "none"),
        ("WRONG", f"{sum(map(len, STATEMENTS.values())) + len(FILE_MISTAKES)}"),
        ("EACH", f"{record.milliseconds_each:.0f}"),
        ("VERDICTS", verdicts(record)),
        ("BY_TORCH", f"{hits.get('refused by torch', 0):,}"),
        ("BY_LANGUAGE", f"{hits.get('refused by language', 0):,}"),
        ("ON_CPU", f"{hits.get('device: cpu', 0):,}"),
        ("ON_META", f"{hits.get('device: meta', 0):,}"),
        ("MOST_ELEMENTS", f"{MOST_ELEMENTS:,}"),
        ("MOST_PRODUCTS", f"{MOST_PRODUCTS // 10**6} million"),
        ("MOST_IN_ALL", f"{MOST_IN_ALL // 10**6} million"),
        ("STRICTER", stricter(record)),
        ("WARNINGS", warned(record)),
        ("OVERWRITTEN", overwritten(record)),
        ("LAYERS", layers(record)),
        ("PLACES", f"{record.option_places}"),
        ("HIT", f"{record.hit_places}"),
        ("STATEMENTS", listed(record, "statement: ")),
        ("EXPRESSIONS", listed(record, "expression: ")),
        ("CODES", listed(record, "code: ")),
        ("MISSED", missed(record)),
    ):
        text = text.replace(f"@{name}@", part)
    return text


def verdicts(record: Record) -> str:
    """How many programs came to which end."""
    rows = [(words, f"{record.hits.get(f'verdict: {name}', 0):,}") for name, words in VERDICTS.items()]
    return pages.table(("programs", "number"), rows)


def stricter(record: Record) -> str:
    """Where the check refuses what torch runs, each with its reason."""
    rows = [
        (each.name, each.code, each.why, f"{record.hits.get(f'reason: {each.name}', 0):,}")
        for each in REASONS
    ]
    return pages.table(("the language's rule", "code", "torch", "programs"), rows)


def warned(record: Record) -> str:
    """The warnings of torch that an accepted network may cause."""
    return "\n".join(
        f"- {name}: {why} ({record.hits.get(f'reason: {name}', 0):,} programs)" for _, name, why in WARNINGS
    )


def overwritten(record: Record) -> str:
    """What became of values that are overwritten, by number of programs."""
    found = {
        name.removeprefix("reason: overwritten: "): count
        for name, count in record.hits.items()
        if name.startswith("reason: overwritten: ")
    }
    return ", ".join(f"{name} in {found[name]:,}" for name in sorted(found, key=lambda name: -found[name]))


def layers(record: Record) -> str:
    """How often each layer stood in accepted and in refused programs."""
    rows = [
        (
            f"`{name}`",
            *(f"{record.hits.get(f'layer: {name}: {end}', 0):,}" for end in ("accepted", "refused")),
        )
        for name in BUILT_IN
    ]
    half = (len(rows) + 1) // 2
    rows += [("", "", "")] * (2 * half - len(rows))
    pairs = [(*left, *right) for left, right in zip(rows[:half], rows[half:], strict=True)]
    return pages.table(("layer", "accepted", "refused") * 2, pairs)


def listed(record: Record, prefix: str) -> str:
    """What of a kind was hit, the most first."""
    found = [
        (count, name.removeprefix(prefix)) for name, count in record.hits.items() if name.startswith(prefix)
    ]
    return ", ".join(f"`{name}` {count:,}" for count, name in sorted(found, reverse=True))


def missed(record: Record) -> str:
    """What no program hit."""
    if not record.never_hit:
        return "Nothing of this was left out."
    named = ", ".join(f"`{name}`" for name in record.never_hit[:MOST_NAMED])
    others = len(record.never_hit) - MOST_NAMED
    why = "as nothing draws them on purpose" if set(record.never_hit) <= set(NOT_DRAWN) else "by chance"
    return f"Left out {why}: {named}{f', and {others} others' if others > 0 else ''}."
