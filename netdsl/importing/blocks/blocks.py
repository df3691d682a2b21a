"""Uses of a class as a block with parameters, and what stands in each use's place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from netdsl.importing.blocks.align import Rows, align
from netdsl.importing.blocks.definition import Definition, is_same
from netdsl.importing.blocks.inline import inlined
from netdsl.importing.blocks.naming import name_parameters, name_squeeze
from netdsl.importing.blocks.parameters import ENTRY, MISSING, Parameter, Text, as_value, value_key
from netdsl.importing.blocks.solve import Solver
from netdsl.importing.model import Options
from netdsl.importing.text.lines import lines
from netdsl.importing.text.nodes import Writer
from netdsl.importing.tree import BlockStep, Body, Branch, CallStep, MergeStep, blocks_in, count, substitute


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
        name_parameters(solution.parameters, [use.path for use in uses])
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


def rows_of(body: Body, channels: int) -> Rows:
    """A body of its own, in rows of one."""
    rows = align([body], [channels])
    assert rows is not None
    return rows
