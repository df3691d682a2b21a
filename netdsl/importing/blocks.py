"""Uses of a class as a block with parameters, and what stands in each use's place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from netdsl.checker.functions import FUNCTIONS
from netdsl.importing.align import Rows, align
from netdsl.importing.lines import Writer, lines
from netdsl.importing.model import Options
from netdsl.importing.solve import ENTRY, MISSING, Parameter, Solver, Text, as_value, is_integer, value_key
from netdsl.importing.tree import (
    BlockStep,
    Body,
    Branch,
    CallStep,
    LayerStep,
    MergeStep,
    Step,
    blocks_in,
    count,
    substitute,
)
from netdsl.importing.writing import literal, snake
from netdsl.layers.table import BUILT_IN
from netdsl.syntax.tables import KEYWORDS

SHORT_CHAIN = 3
GENERIC = re.compile(
    r"(conv|layers?|block|features?|body|net|seq|sequential|main|model|fc|linear|op|c|m)?_?\d*"
)
NAMES = {"out_channels": "channels", "out_features": "features", "kernel_size": "kernel", "act": "act"}


@dataclass(frozen=True, slots=True)
class Definition:
    """A block as text: its header's parameters, and its lines."""

    name: str
    parameters: tuple[Parameter, ...]
    lines: tuple[str, ...]

    @property
    def defaults(self) -> dict[str, object]:
        """The parameters with their defaults, in order."""
        return {each.name: each.default for each in self.parameters}

    @property
    def positional(self) -> tuple[str, ...]:
        """Those that a use gives by position."""
        return tuple(each.name for each in self.parameters if each.default is MISSING)

    def text(self) -> str:
        """The block as it stands in the file."""
        header = ", ".join(
            each.name if each.default is MISSING else f"{each.name} = {written(each.default)}"
            for each in self.parameters
        )
        return block_text("block", self.name, header, self.lines)


def block_text(kind: str, name: str, header: str, inner: Sequence[str]) -> str:
    """A definition with its braces."""
    return "\n".join([f"{kind} {name}{f'({header})' if header else ''} {{", *renumbered(inner), "}"])


def renumbered(inner: Sequence[str]) -> list[str]:
    """Lines with their labels numbered from 1; a single one has no number."""
    whole = "\n".join(inner)
    found = list(dict.fromkeys(re.findall(r"\bskip\d+\b", whole)))
    numbers = {name: f"skip{place}" if len(found) > 1 else "skip" for place, name in enumerate(found, 1)}
    return re.sub(r"\bskip\d+\b", lambda match: numbers[match.group()], whole).split("\n")


def written(value: object) -> str:
    """A default as text."""
    return str(value) if isinstance(value, Text) else literal(as_value(value))


class Blocks:
    """The blocks that have been defined so far."""

    def __init__(self, taken: str) -> None:
        self.definitions: dict[str, Definition] = {}
        self.taken = {taken}

    @property
    def parameters(self) -> dict[str, tuple[Parameter, ...]]:
        """The parameters of each block."""
        return {each.name: each.parameters for each in self.definitions.values()}

    @property
    def positional(self) -> dict[str, tuple[str, ...]]:
        """Those of each block that are given by position."""
        return {each.name: each.positional for each in self.definitions.values()}

    def define_all(self, body: Body) -> Body:
        """A body whose blocks are defined, those inside others first, and used by calls."""
        body = inlined(body)
        while remaining := blocks_in(body):
            inner = [step for step in remaining if not blocks_in(step.body)]
            name = inner[-1].block
            uses = [step for step in inner if step.block == name]
            replacements = self.define(name, uses)
            body = substitute(body, lambda step, known=replacements: known.get(id(step)))  # type: ignore[misc]
        return body

    def define(self, name: str, uses: Sequence[BlockStep]) -> dict[int, Body]:
        """Blocks for the uses of one class: one, unless their structures differ too much."""
        made: dict[int, Body] = {}
        bare = [unwrapped(step) for step in uses]
        if all(each is not None for each in bare):
            bare = [None] * len(uses)
        bodies = [
            inside if inside is not None else step.body for step, inside in zip(uses, bare, strict=True)
        ]
        for group in groups(uses, bodies):
            call = self.block(name, [uses[number] for number in group], [bodies[number] for number in group])
            for number, options in zip(group, call[1], strict=True):
                step = uses[number]
                one: Body = (CallStep(options, step.entering, None, call[0], step.path),)
                wrapper = step.body[0]
                if bare[number] is not None:
                    assert isinstance(wrapper, MergeStep)
                    one = (replace(wrapper, branches=(Branch(one), Branch())),)
                made[id(step)] = one
        return made

    def block(
        self, name: str, uses: Sequence[BlockStep], bodies: Sequence[Body]
    ) -> tuple[str, list[Options]]:
        """One block, and the arguments of each of its uses."""
        entry = [step.channels for step in uses]
        rows = align(bodies, entry)
        assert rows is not None
        solver = Solver(rows, entry, self.parameters)
        solution = solver.solve()
        name_parameters(solution.parameters, uses[0].path)
        if solution.keeps_entry:
            name_squeeze(solution.parameters, entry)
        positional = self.positional
        inner = [solution.named(line) for line in lines(Writer(solution, positional).nodes(rows))]
        if solution.keeps_entry:
            kept = "channels" if all(each.name != "channels" for each in solution.parameters) else "incoming"
            inner = [f"let {kept} = in_channels", *(line.replace(ENTRY, kept) for line in inner)]
        ordered = sorted(solution.parameters, key=lambda each: each.default is not MISSING)
        definition = Definition(self.free_name(name), tuple(ordered), tuple(inner))
        same = next((each for each in self.definitions.values() if is_same(each, definition)), None)
        if same is None:
            self.definitions[definition.name] = definition
        arguments = [arguments_of(definition.parameters, number) for number in range(len(uses))]
        return (same or definition).name, arguments

    def free_name(self, name: str) -> str:
        """A name for a block that nothing else has."""
        base = re.sub(r"\W|^_+", "", name)
        base = base[:1].upper() + base[1:] or "Block"
        found, number = base, 2
        while found in self.definitions or found in self.taken:
            found, number = f"{base}{number}", number + 1
        return found


def is_same(one: Definition, other: Definition) -> bool:
    """Whether two blocks differ in their names alone."""
    return one.lines == other.lines and one.defaults == other.defaults


def arguments_of(parameters: Sequence[Parameter], number: int) -> Options:
    """The arguments of one use that differ from the defaults."""
    given: list[tuple[str, object]] = []
    for each in parameters:
        value = each.values[number]
        if value is MISSING or value_key(value) == value_key(each.default):
            continue
        given.append((each.name, Text(value) if each.meaning == "act" else value))
    return tuple((name, as_value(value)) for name, value in given)


def groups(uses: Sequence[BlockStep], bodies: Sequence[Body]) -> list[list[int]]:
    """Which uses can be one block, the longest first."""
    found: list[list[int]] = []
    for number in sorted(range(len(uses)), key=lambda each: -count(bodies[each])):
        for group in found:
            together = [*group, number]
            if (
                align([bodies[each] for each in together], [uses[each].channels for each in together])
                is not None
            ):
                group.append(number)
                break
        else:
            found.append([number])
    return sorted(sorted(group) for group in found)


def unwrapped(step: BlockStep) -> Body | None:
    """The body of a use that is nothing but a residual around it."""
    if len(step.body) != 1 or not isinstance(step.body[0], MergeStep) or step.body[0].merge != "residual":
        return None
    merge = step.body[0]
    return None if merge.branches[1].body else merge.branches[0].body


def inlined(body: Body) -> Body:
    """A body without the blocks that are used once, or are a short chain without a concept of its own."""
    while True:
        found = blocks_in(body)
        times: dict[str, int] = {}
        for step in found:
            times[step.block] = times.get(step.block, 0) + 1
        alike = {step.block for step in found}
        alike -= {step.block for step in found if not is_row_of_equals(step.body)}
        needless = {
            id(step) for step in found if times[step.block] == 1 or is_plain(step) or step.block in alike
        }
        if not needless:
            return body
        body = substitute(body, lambda step, ids=needless: step.body if id(step) in ids else None)  # type: ignore[misc]


def is_row_of_equals(body: Body) -> bool:
    """Whether a body is one block or merge several times over, so that the number would be a parameter."""
    if any(isinstance(step, LayerStep) for step in body):
        return False
    is_more = len(body) > 1 or all(isinstance(step, BlockStep) for step in body)
    return is_more and len({kind_of(step) for step in body}) == 1


def kind_of(step: Step) -> object:
    """What a step is, its numbers left out."""
    if isinstance(step, LayerStep):
        return step.layer
    if isinstance(step, MergeStep):
        return step.merge, tuple(tuple(kind_of(each) for each in branch.body) for branch in step.branches)
    assert isinstance(step, BlockStep | CallStep)
    return "block", step.block


def is_plain(step: BlockStep) -> bool:
    """Whether a use is written out as well as named."""
    if count(step.body) < 2:
        return True
    layers = all(isinstance(each, LayerStep) for each in step.body)
    return step.is_chain and layers and len(step.body) <= SHORT_CHAIN


def name_parameters(parameters: Sequence[Parameter], path: str) -> None:
    """Names by what the parameters are; several of channels, by the modules they are in."""
    taken: set[str] = set()
    widths = [each for each in parameters if each.meaning == "channels"]
    for each in parameters:
        name = NAMES.get(each.option, each.option)
        if each in widths and len(widths) > 1:
            name = width_name(each, path) or numbered_width(
                each, [w for w in widths if not width_name(w, path)]
            )
        if name in BUILT_IN or name in FUNCTIONS or name in KEYWORDS or not name.isidentifier():
            name = f"{each.meaning}_{name}"
        base, number = name, 2
        while name in taken:
            name, number = f"{base}{number}", number + 1
        taken.add(name)
        each.name = name


def name_squeeze(parameters: Sequence[Parameter], entry: Sequence[int]) -> None:
    """The number of channels between two others that are as many as flow in."""
    for each in parameters:
        pairs = zip(each.values, entry, strict=True)
        if each.name == "channels" and all(is_integer(v) and int(str(v)) < there for v, there in pairs):
            each.name = "squeeze"


def width_name(parameter: Parameter, path: str) -> str:
    """A name for a number of channels from its module or the block that takes it; empty if neither tells."""
    return from_path(parameter.path.removeprefix(path).strip(".")) or snake(parameter.block)


def numbered_width(parameter: Parameter, widths: Sequence[Parameter]) -> str:
    """A name for one of several numbers of channels whose modules have no telling names."""
    if len(widths) == 1:
        return "channels"
    if len(widths) == 2:
        return "channels" if parameter is widths[1] else "hidden"
    return f"channels{widths.index(parameter) + 1}"


def from_path(path: str) -> str:
    """A name from the path of a module, empty where it says nothing."""
    parts = [part for part in path.split(".") if part]
    if all(GENERIC.fullmatch(part) for part in parts):
        return ""
    return re.sub(r"\W", "_", "_".join(parts)).strip("_").lower()


def rows_of(body: Body, channels: int) -> Rows:
    """A body of its own, in rows of one."""
    rows = align([body], [channels])
    assert rows is not None
    return rows
