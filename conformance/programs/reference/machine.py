"""Runs the statements of nets and blocks in order, each loop as often as it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod

import torch

from conformance.programs.reference.bounds import DEEPEST, MOST_ELEMENTS, MOST_TURNS, TooLargeError
from conformance.programs.reference.calls import match
from conformance.programs.reference.expressions import FLOWING, Evaluator
from conformance.programs.reference.functions import FUNCTIONS
from conformance.programs.reference.scopes import Frame, Part
from conformance.programs.reference.starts import read_start
from conformance.programs.reference.tape import BATCH, Run
from conformance.programs.reference.values import MAP, VECTOR, Flow, Given, Value, is_number, no
from netdsl.layers.table import BUILT_IN
from netdsl.syntax import tree

LARGEST_SIZE = 2**31 - 1
LARGEST_TENSOR = 2**40


class Machine:
    """The state of a run: the definitions of the file, those that are active, and what was done."""

    def __init__(self, definitions: Mapping[str, tree.Definition], run: Run) -> None:
        self.definitions = definitions
        self.run = run
        self.evaluator = Evaluator(definitions, run.spent)
        self.active: list[str] = []
        self.parts: list[Part] = []

    def statements(self, body: tree.Body, frame: Frame) -> None:
        """Run the statements of a pair of braces."""
        if frame.depth > DEEPEST:
            raise no("nested too deeply", body)
        for statement in body.statements:
            self.statement(statement, frame)

    def statement(self, statement: tree.Statement, frame: Frame) -> None:
        """Run one statement."""
        from conformance.programs.reference.steps import run_output, run_step

        self.run.statements.append(type(statement).__name__.lower())
        match statement:
            case tree.Chain(steps=steps):
                for step in steps:
                    self.count(step)
                    run_step(self, step, frame)
            case tree.Input():
                self.input(statement, frame)
            case tree.Expect():
                self.expect(statement, frame)
            case tree.Init():
                frame.part.starts.append(read_start(self.evaluator, statement, frame))
            case tree.Repeat() | tree.For() | tree.If():
                for body, inside in self.control(statement, frame):
                    inside.flow = frame.flow
                    self.statements(body, inside)
                    frame.flow = inside.flow
            case tree.Let() | tree.Require():
                self.definition(statement, frame)
            case tree.Output():
                run_output(self, statement, frame)
            case _:
                raise no("no statement of its own", statement)

    def count(self, node: tree.Node) -> None:
        """One more step or turn."""
        self.run.spent.turns += 1
        if self.run.spent.turns > MOST_TURNS:
            raise no("too many steps", node)

    def definition(self, statement: tree.Let | tree.Require, frame: Frame) -> None:
        """Name a value, or check a condition."""
        if isinstance(statement, tree.Let):
            self.evaluator.define(statement.name, self.evaluator.value(statement.value, frame), frame)
        elif not self.evaluator.truth(statement.condition, frame):
            raise no("a requirement does not hold", statement)

    def control(
        self, statement: tree.Repeat | tree.For | tree.If, frame: Frame
    ) -> Iterator[tuple[tree.Body, Frame]]:
        """The bodies that run, each with its state."""
        if isinstance(statement, tree.If):
            for condition, body in statement.arms:
                if self.evaluator.truth(condition, frame):
                    yield body, frame.braces()
                    return
            if statement.otherwise is not None:
                yield statement.otherwise, frame.braces()
            return
        turns = self.turns_of(statement, frame)
        if len(turns) > MOST_TURNS and not statement.body.statements:
            raise no("too many steps", statement)
        for turn, value in enumerate(turns, 1):
            self.count(statement)
            inside = frame.braces(turn)
            if isinstance(statement, tree.For):
                self.evaluator.unpack(statement, value, inside)
            yield statement.body, inside

    def turns_of(self, statement: tree.Repeat | tree.For, frame: Frame) -> Sequence[Value]:
        """What a loop runs over."""
        if isinstance(statement, tree.For):
            return self.evaluator.items(statement.values, frame)
        number = self.evaluator.value(statement.count, frame)
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            raise no("no number of turns", statement)
        return range(number)

    def shape(self, node: tree.Expression, frame: Frame) -> tuple[int, ...]:
        """A shape that is written."""
        value = self.evaluator.value(node, frame)
        sizes = value if isinstance(value, tuple) else (value,)
        whole = [size for size in sizes if isinstance(size, int) and not isinstance(size, bool)]
        fit = all(1 <= size <= LARGEST_SIZE for size in whole)
        if len(whole) != len(sizes) or not 1 <= len(sizes) <= 4 or not fit or prod(whole) > LARGEST_TENSOR:
            raise no("no shape", node)
        return tuple(whole)

    def input(self, statement: tree.Input, frame: Frame) -> None:
        """What flows into the net; of a net that is used as a layer, what must."""
        definition = self.definitions[self.active[-1]]
        inside = frame.scope.parent is not None
        if definition.kind == "block" or inside or frame.part.taken or "input" in frame.part.counts:
            raise no("an input in the wrong place", statement)
        frame.part.counts["input"] = 1
        if frame.part.around is not None:
            self.expect(statement, frame)
            return
        shape = self.shape(statement.shape, frame)
        if self.run.device != "meta" and prod(shape) > MOST_ELEMENTS:
            raise TooLargeError
        with torch.random.fork_rng(devices=()):
            tensor = torch.randn(BATCH, *shape, device=self.run.device)
        self.run.input = tensor.clone()
        frame.flow = Flow(tensor, VECTOR if len(shape) == 1 else MAP, 0)

    def expect(self, statement: tree.Expect | tree.Input, frame: Frame) -> None:
        """Compare a shape with what flows."""
        wanted = self.shape(statement.shape, frame)
        if frame.flow is None or frame.flow.shape != wanted:
            raise no("another shape flows in", statement)

    def branches(self, step: tree.Step, merge: str, frame: Frame) -> list[Flow]:
        """The values of a merge's branches; of a residual, its body's and its shortcut's."""
        assert step.body is not None
        assert frame.flow is not None
        if merge != "residual":
            return self.collect(step.body, frame)
        return [
            self.branch(body, frame) if body is not None else frame.flow
            for body in (step.body, step.shortcut)
        ]

    def branch(self, body: tree.Body, frame: Frame, label: tree.Name | None = None) -> Flow:
        """What a branch makes of the value that flows in, or of a labelled one."""
        inside = frame.braces()
        if label is not None:
            self.run.statements.append("branch(label)")
            inside.flow = frame.scope.label(label.name)
            if inside.flow is None:
                raise no("no label", label)
        self.statements(body, inside)
        assert inside.flow is not None
        return inside.flow

    def collect(self, body: tree.Body, frame: Frame) -> list[Flow]:
        """The values of all branches in braces, through what stands around them."""
        found: list[Flow] = []
        for statement in body.statements:
            self.run.statements.append(type(statement).__name__.lower())
            match statement:
                case tree.Branch(body=inner, label=label):
                    found.append(self.branch(inner, frame, label))
                case tree.Repeat() | tree.For() | tree.If():
                    for chosen, inside in self.control(statement, frame):
                        found.extend(self.collect(chosen, inside))
                case tree.Let() | tree.Require():
                    self.definition(statement, frame)
                case _:
                    raise no("a merge holds branches", statement)
        return found

    def base_of(
        self, node: tree.Node, definition: tree.Definition, given: Sequence[Given], flow: Flow | None
    ) -> tuple[tree.Definition, dict[str, Value]]:
        """The net behind a chain of variants, and its arguments: those given win over the variants'."""
        chain = [definition]
        while (base := chain[-1].base) is not None:
            following = self.definitions.get(base.name.name)
            if following is None or following.kind != "net" or following in chain:
                raise no("a variant of no net", node)
            chain.append(following)
        order = [parameter.name.name for parameter in chain[-1].parameters]
        bound = match(node, given, order, order)
        for variant in chain[:-1]:
            from conformance.programs.reference.scopes import Scope

            assert variant.base is not None
            target = self.evaluator.layer(variant.base.name)
            frame = Frame(Scope(), Part(""), flow)
            own = match(
                variant, self.evaluator.arguments(variant.base.arguments, frame, target), order, order
            )
            bound = {**own, **bound}
        return chain[-1], bound

    def bind(
        self, use: tree.Step | None, definition: tree.Definition, bound: Mapping[str, Value], frame: Frame
    ) -> None:
        """Give each parameter its argument, or its default, which may use those before it.

        `use` is the step that uses the definition; None for the net that is run, which is used nowhere.
        """
        for parameter in definition.parameters:
            word = parameter.name.name
            if word in frame.scope.names or word in {*FUNCTIONS, *FLOWING, *BUILT_IN}:
                raise no(f"a parameter can't be called `{word}`", parameter)
            if word in bound:
                frame.scope.names[word] = bound[word]
            elif parameter.default is not None:
                frame.scope.names[word] = self.evaluator.value(parameter.default, frame)
            else:
                raise no(f"`{word}` has no value", use or parameter)

    def body_of(self, definition: tree.Definition) -> tree.Body:
        """The braces of a net or block, which are entered."""
        assert definition.body is not None
        self.run.entered.add(definition.name.name)
        return definition.body

    @staticmethod
    def positive(value: Value) -> bool:
        """Whether a value is a number above 0."""
        return is_number(value) and value > 0  # type: ignore[operator]
