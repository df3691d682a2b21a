"""What a campaign has hit, and what it should: every layer, option, merge, statement, expression and code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from importlib import import_module

from conformance.programs.comparison import Comparison
from conformance.programs.drawing.values import AT, BEYOND, INSIDE, ends_of, place
from conformance.programs.program import Program
from conformance.programs.reference.expressions import FLOWING
from conformance.programs.reference.functions import FUNCTIONS
from conformance.programs.reference.operations import ARITHMETIC, ORDER
from netdsl.diagnostics.diagnostic import Code
from netdsl.layers.table import BUILT_IN
from netdsl.syntax import tree

# Codes that no lone text can have, and why.
ELSEWHERE = {
    "E211": "a layer of an installed package",
    "E312": "on the command line, as a setting is",
}
# Places that nothing draws on purpose: options of merges are drawn in their range, and no axis as large as an
# integer may be.
NOT_DRAWN = (
    "option: softmax.dim: at the end",
    "option: log_softmax.dim: at the end",
    "option: flatten.end_dim: at the end",
    "option: concat.dim: beyond",
    "option: shake.forward: beyond",
    "option: shake.backward: beyond",
    "option: shake.level: beyond",
    "option: residual.drop_path: beyond",
)
FAMILIES = ("syntax", "shapes", "names", "values", "structure")
WORDS = (
    "a if b else c",
    "and",
    "or",
    "not",
    "in",
    "==",
    "!=",
    "-x",
    "+x",
    "xs[i]",
    "xs[a:b]",
    "[f(x) for x in xs]",
)
EXPRESSIONS = (*WORDS, *ARITHMETIC, *ORDER, *FLOWING, *(f"{name}()" for name in FUNCTIONS))


def hits_of(program: Program, made: Comparison) -> Counter[str]:
    """What a program has hit."""
    hits: Counter[str] = Counter()
    hits["programs"] += 1
    hits[f"verdict: {made.verdict}"] += 1
    hits.update(f"code: {code}" for code in set(made.codes))
    hits.update(f"reason: {name}" for name in set(made.explained))
    hits.update(f"mistake: {name}" for name in program.mistakes)
    run = made.run
    if run is None:
        return hits
    if made.refused_by:
        hits[f"refused by {made.refused_by}"] += 1
    hits[f"device: {run.device}"] += 1
    hits["settings"] += bool(program.settings)
    hits.update(f"statement: {name}" for name in set(run.statements))
    hits.update(f"expression: {name}" for name in run.expressions)
    for use in run.uses:
        hits[f"layer: {use.layer}: {made.verdict}"] += 1
        hits[f"layout: {use.layout}{use.rank or ''}"] += 1
        for option in BUILT_IN[use.layer].options:
            if option.name in use.options:
                where = place(option.kind, use.options[option.name], use.rank or None)
                hits[f"option: {use.layer}.{option.name}: {where}"] += 1
    return hits


def wanted() -> Iterator[str]:
    """What a campaign should hit."""
    for name, declaration in BUILT_IN.items():
        yield f"layer: {name}: accepted"
        yield f"layer: {name}: refused"
        for option in declaration.options:
            yield f"option: {name}.{option.name}: {INSIDE}"
            yield f"option: {name}.{option.name}: {BEYOND}"
            if ends_of(option.kind):
                yield f"option: {name}.{option.name}: {AT}"
    for statement in tree.Statement.__subclasses__():
        if statement is not tree.Broken:
            yield f"statement: {statement.__name__.lower()}"
    yield "statement: branch(label)"
    for name in EXPRESSIONS:
        yield f"expression: {name}"
    for code in codes():
        if code.id not in ELSEWHERE:
            yield f"code: {code.id}"


def codes() -> Iterator[Code]:
    """The codes that a program can have."""
    for family in FAMILIES:
        yield from import_module(f"netdsl.diagnostics.catalogue.{family}").ALL


def never_hit(hits: Mapping[str, int]) -> list[str]:
    """What a campaign has missed."""
    return [name for name in wanted() if not hits.get(name)]


def table(hits: Counter[str]) -> str:
    """The hits as text, a line for each layer and one for each of the other kinds."""
    lines = [f"{hits['programs']:,} programs: " + listed(hits, "verdict: ")]
    lines.append("refused by: " + listed(hits, "refused by "))
    lines.append("run on: " + listed(hits, "device: ") + "; values: " + listed(hits, "layout: "))
    for title, prefix in (
        ("statements", "statement: "),
        ("expressions", "expression: "),
        ("codes", "code: "),
        ("mistakes", "mistake: "),
        ("stricter on purpose", "reason: "),
    ):
        lines.append(f"{title}: {listed(hits, prefix)}")
    lines.append("layers (accepted, refused) and their options (inside, at the end, beyond):")
    for name, declaration in BUILT_IN.items():
        counts = ", ".join(f"{hits[f'layer: {name}: {verdict}']:,}" for verdict in ("accepted", "refused"))
        options = [
            f"{option.name} "
            + "/".join(
                f"{hits[f'option: {name}.{option.name}: {where}']:,}" for where in (INSIDE, AT, BEYOND)
            )
            for option in declaration.options
        ]
        lines.append(f"  {name} ({counts}) {'; '.join(options)}")
    return "\n".join(lines)


def listed(hits: Counter[str], prefix: str) -> str:
    """The hits of a kind, the most first."""
    found = [(name.removeprefix(prefix), count) for name, count in hits.items() if name.startswith(prefix)]
    return ", ".join(f"{name} {count:,}" for name, count in sorted(found, key=lambda each: -each[1]))
