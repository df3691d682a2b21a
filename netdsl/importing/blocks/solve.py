"""What varies between the uses of a block, said by as few parameters as it takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from netdsl.importing.blocks.align import Part, Row, Rows, all_rows
from netdsl.importing.blocks.conditions import condition, flag_name
from netdsl.importing.blocks.parameters import (
    CHANNELS,
    ENTRY,
    FLAG,
    MISSING,
    Parameter,
    Solution,
    Text,
    Vector,
    as_value,
    is_integer,
    value_key,
)
from netdsl.importing.blocks.vectors import agree, halved, map_integers, multiple_of
from netdsl.importing.model import OUTPUT
from netdsl.importing.text.writing import literal, write_layer
from netdsl.importing.tree import CallStep, LayerStep, MergeStep, Step
from netdsl.layers.arguments import compact
from netdsl.layers.declaration import Required
from netdsl.layers.table import BUILT_IN

KERNEL = "kernel"
MEANINGS = {"out_channels": CHANNELS, "out_features": CHANNELS, "groups": CHANNELS, "num_groups": CHANNELS}
MEANINGS |= {"kernel_size": KERNEL, "padding": KERNEL, "dilation": KERNEL, "heads": CHANNELS}


class Solver:
    """Finds an expression for each option of each row."""

    def __init__(self, rows: Rows, entry: Sequence[int], blocks: Mapping[str, Sequence[Parameter]]) -> None:
        self.rows = rows
        self.entry = tuple(entry)
        self.blocks = blocks
        self.solution = Solution()
        self.channel_expressions: list[tuple[str, Vector]] = []
        self.layers = {row.first.layer for row in all_rows(rows) if isinstance(row.first, LayerStep)}

    def solve(self) -> Solution:
        """All options, then the conditions."""
        for row in all_rows(self.rows):
            self.solve_row(row)
        self.solve_conditions(self.rows, self.entry)
        return self.solution

    def solve_row(self, row: Row) -> None:
        """The options of one row."""
        layers = {step.layer for step in row.steps if isinstance(step, LayerStep)}
        if len(layers) > 1:
            texts = tuple(write_layer(s) if isinstance(s, LayerStep) else MISSING for s in row.steps)
            known = next(
                (p for p in self.solution.parameters if p.meaning == "act" and p.take_in(texts)), None
            )
            self.solution.options[id(row), ""] = (known or self.add("act", "act", texts)).mark
            return
        for option, default in self.options_of(row.first):
            values = tuple(
                MISSING if step is None else dict(step.options).get(option, default) for step in row.steps
            )
            text = self.express(row, option, values, default)
            if text is not None:
                self.solution.options[id(row), option] = text

    def options_of(self, step: Step) -> list[tuple[str, object]]:
        """The options that a step can have, in order, with their defaults."""
        if isinstance(step, CallStep):
            return [(each.name, each.default) for each in self.blocks[step.block]]
        if isinstance(step, MergeStep) and step.merge == OUTPUT:
            return []
        name = (
            step.layer if isinstance(step, LayerStep) else step.merge if isinstance(step, MergeStep) else ""
        )
        return [
            (each.name, MISSING if isinstance(each.default, Required) else compact(each.default))
            for each in BUILT_IN[name].options
        ]

    def express(self, row: Row, option: str, values: Vector, default: object) -> str | None:
        """The text of an option, None where it is left out."""
        known = {value_key(value) for value in values if value is not MISSING}
        if len(known) == 1:
            value = next(value for value in values if value is not MISSING)
            if option in ("stride", "out_channels") and MISSING in values:
                # A projection goes with what it goes past, also where all that there are have one stride.
                past = (
                    p.mark for p in self.solution.parameters if p.option == option and p.goes_with(values)
                )
                return next(past, None if value_key(value) == value_key(default) else self.literal(value))
            return None if value_key(value) == value_key(default) else self.literal(value)
        if not known or MISSING in known:
            return None
        meaning = self.meaning(row, option)
        found = self.expression(row, option, meaning, values)
        if found is None:
            block = row.first.block if isinstance(row.first, CallStep) else ""
            values, default = self.filled(row, meaning, values, default)
            found = self.add(meaning, option, values, path_of(row.first), default, block).mark
        if meaning == CHANNELS:
            self.channel_expressions.append((found, values))
        return found

    def filled(self, row: Row, meaning: str, values: Vector, default: object) -> tuple[Vector, object]:
        """What numbers of channels are where the step is missing: those that flow in, or else 0."""
        if MISSING not in values or meaning != CHANNELS:
            return values, default
        if row is all_rows(self.rows)[0]:
            return tuple(
                there if v is MISSING else v for v, there in zip(values, self.entry, strict=True)
            ), default
        return tuple(0 if value is MISSING else value for value in values), 0

    def literal(self, value: object) -> str:
        """A value that is the same in all uses; an activation given to a block is text already."""
        return str(value) if isinstance(value, Text) else literal(as_value(value))

    def meaning(self, row: Row, option: str) -> str:
        """What sort of number an option is; options of the same sort may follow from each other."""
        if isinstance(row.first, CallStep):
            return next(each.meaning for each in self.blocks[row.first.block] if each.name == option)
        return MEANINGS.get(option, option)

    def expression(self, row: Row, option: str, meaning: str, values: Vector) -> str | None:
        """An expression of what is known already."""
        alike = [each for each in self.solution.parameters if each.meaning == meaning]
        for each in alike:
            if agree(each.values, values) or each.take_in(values):
                return each.mark
        if not all(value is MISSING or is_integer(value) for value in values):
            return None
        if meaning == KERNEL and option == "padding":
            return next(
                (f"{p.mark} // 2" for p in alike if agree(map_integers(p.values, halved), values)), None
            )
        if meaning != CHANNELS:
            return None
        flowing = tuple(step.channels if step is not None else MISSING for step in row.steps)
        named = [(each.mark, each.values) for each in alike]
        for text, vector in (*named, ("in_channels", flowing), (ENTRY, self.entry)):
            multiple = multiple_of(text, vector, values)
            if multiple is not None:
                self.solution.keeps_entry |= text == ENTRY
                return multiple
        return self.expansion(row, flowing, values)

    def expansion(self, row: Row, flowing: Vector, values: Vector) -> str | None:
        """The factor by which the 1x1 convolution of an inverted residual widens."""
        kernel = dict(row.first.options).get("kernel_size")
        if "depthwise" not in self.layers or kernel != 1 or row is not all_rows(self.rows)[0]:
            return None
        factors = []
        for value, channels in zip(values, flowing, strict=True):
            if value is MISSING or not (is_integer(value) and is_integer(channels)):
                factors.append(value)
                continue
            assert isinstance(value, int)
            assert isinstance(channels, int)
            if value % channels:
                return None
            factors.append(value // channels)
        return f"in_channels * {self.add('expansion', 'expansion', tuple(factors), '').mark}"

    def add(
        self,
        meaning: str,
        option: str,
        values: Vector,
        path: str = "",
        default: object = MISSING,
        block: str = "",
    ) -> Parameter:
        """A new parameter; its default is that of the option, or what fills the gaps of its values."""
        common, _ = Counter(value_key(v) for v in values if v is not MISSING).most_common(1)[0]
        usual = next(value for value in values if value_key(value) == common)
        has_default = default is not MISSING and value_key(default) in {value_key(v) for v in values}
        if not has_default:
            default = (
                usual if MISSING in values or meaning in ("act", FLAG) or isinstance(usual, bool) else MISSING
            )
        if option == "kernel_size" and any(value_key(value) == value_key(1) for value in values):
            default = 1
        parameter = Parameter(meaning, option, values, path, default, block)
        self.solution.parameters.append(parameter)
        return parameter

    def solve_conditions(self, rows: Rows, channels: Sequence[int]) -> None:
        """When the rows are there that only some uses have."""
        for each in rows:
            if isinstance(each, Part):
                text = condition(each, self.solution.parameters, self.channel_expressions)
                if text is None:
                    text = self.add(FLAG, flag_name(each), each.present, "").mark
                self.solution.conditions[id(each)] = text
            for row in each.rows if isinstance(each, Part) else [each]:
                for branch in row.branches:
                    self.solve_conditions(branch, channels)


def path_of(step: Step) -> str:
    """The path of a step's module."""
    return step.path if isinstance(step, LayerStep | CallStep) else ""
