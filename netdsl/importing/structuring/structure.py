"""Calls that read each other's values to steps in a row and merges of branches.

Between two values through which everything flows lies either one step or a
merge. The branches of a merge are taken apart in the same way where no two
share a step; where they do, and where a value goes past a change of size as
in a U-Net, the longest way through is written as the chain, and what joins
it is named by labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from netdsl.diagnostics.catalogue import importing as codes
from netdsl.importing.model import OUTPUT, Call, Output, Scope, Trace
from netdsl.importing.problems import fail
from netdsl.importing.structuring.labels import Labels
from netdsl.importing.structuring.merges import merged
from netdsl.importing.structuring.scopes import Item, items_of
from netdsl.importing.tree import BlockStep, Body, Branch, LayerStep, MergeStep, Step


def structure(trace: Trace) -> Body:
    """The steps of a whole network."""
    made = Structure(Labels(), trace.outputs)
    body = made.scope(trace.calls, None, trace.entry, trace.result)
    for each in trace.outputs:
        if each not in made.placed:
            fail(
                codes.NO_LAYER,
                f"the further output `{each.name}` begins inside a block or branch",
                "this is given in training too",
                each.call.place,
                "an output of the language begins between the steps of the net itself",
            )
    return body


class Structure:
    """Takes the calls of one scope apart."""

    def __init__(self, labels: Labels, outputs: Sequence[Output] = ()) -> None:
        self.labels = labels
        self.outputs = outputs
        self.placed: set[Output] = set()
        self.items: dict[Call, Item] = {}

    def scope(self, calls: Sequence[Call], scope: Scope | None, entry: Call, result: Call) -> Body:
        """The steps of a scope."""
        results = {result, *(each.call for each in self.outputs)}
        self.items = {item.call: item for item in items_of(calls, scope, results)}
        body = self.with_outputs(self.steps(entry, result))
        if entry in self.labels.names:
            body = (LayerStep(entering=entry.shape, label=self.labels.names[entry], layer="identity"), *body)
        return body

    def with_outputs(self, steps: Sequence[tuple[Step, Call]]) -> Body:
        """Steps, and after each the further outputs that begin with its value."""
        flowing = {call for _, call in steps}
        body: list[Step] = []
        starts = {each: self.start_of(each.call, flowing) for each in self.outputs}
        for step, call in steps:
            body.append(step)
            for each in self.outputs:
                if starts[each] is call:
                    self.placed.add(each)
                    branch = Branch(self.region(call, each.call))
                    body.append(MergeStep((), call.shape, None, OUTPUT, (branch,), (each.name,)))
        return tuple(body)

    def start_of(self, end: Call, flowing: Set[Call]) -> Call | None:
        """The one value of the net's own steps that an output begins with, None where it isn't one."""
        starts: set[Call] = set()
        pending = [end]
        while pending:
            call = pending.pop()
            if call in flowing:
                starts.add(call)
            elif call in self.items:
                pending += self.items[call].inputs
            else:
                return None
        return starts.pop() if len(starts) == 1 else None

    def region(self, entry: Call, result: Call) -> Body:
        """The steps between two values, through both of which everything flows."""
        return tuple(step for step, _ in self.steps(entry, result))

    def steps(self, entry: Call, result: Call) -> list[tuple[Step, Call]]:
        """These steps, each with the call that makes its value."""
        order = self.between(entry, result)
        steps: list[tuple[Step, Call]] = []
        before = entry
        for after in self.cuts(entry, order):
            steps += self.segment(before, after)
            before = after
        return [(self.labelled(step, call), call) for step, call in steps]

    def between(self, entry: Call, result: Call) -> list[Call]:
        """The values that a result depends on after an entry, in order."""
        order: list[Call] = []
        seen = {entry}
        pending = [(result, False)]
        while pending:
            call, is_done = pending.pop()
            if is_done:
                order.append(call)
            elif call not in seen:
                seen.add(call)
                if call not in self.items:
                    fail(
                        codes.NO_LAYER,
                        "values cross in a way that branches and labels can't say",
                        "this is read from inside two branches",
                        call.place,
                    )
                pending.append((call, True))
                pending += [(each, False) for each in reversed(self.items[call].inputs)]
        return order

    def cuts(self, entry: Call, order: Sequence[Call]) -> list[Call]:
        """The values past which no other flows."""
        number = {call: place for place, call in enumerate((entry, *order))}
        farthest, found = 0, []
        last_reader = dict.fromkeys(number, 0)
        for call in order:
            for each in self.items[call].inputs:
                last_reader[each] = max(last_reader[each], number[call])
        for call, place in number.items():
            if place and farthest <= place:
                found.append(call)
            farthest = max(farthest, last_reader[call])
        return found

    def segment(self, before: Call, after: Call) -> list[tuple[Step, Call]]:
        """What lies between two values past which no other flows."""
        item = self.items[after]
        inputs = item.inputs
        if inputs == [before]:
            return [(self.step(item), after)]
        sets = [set(self.between(before, each)) for each in inputs]
        shared = any(one & other for place, one in enumerate(sets) for other in sets[:place])
        if shared or self.goes_past_sizes(before, inputs):
            return self.chain(before, after)
        branches = tuple(Branch(self.region(before, each)) for each in inputs)
        return [(merged(item.call, branches, before), after)]

    def goes_past_sizes(self, before: Call, inputs: Sequence[Call]) -> bool:
        """Whether a value is joined, unchanged, to what was made smaller or larger and back again."""
        if before not in inputs or len(inputs) != 2 or len(before.shape) < 2:
            return False
        (other,) = [each for each in inputs if each is not before] or [before]
        if other.spatial != before.spatial:
            return False
        return any(call.spatial != before.spatial for call in self.cuts(before, self.between(before, other)))

    def step(self, item: Item) -> Step:
        """One step that reads one value."""
        call, entering = item.call, item.inputs[0].shape
        if item.scope is None:
            return LayerStep(call.options, entering, None, call.layer, call.path, call.parameter, call.place)
        inner = Structure(self.labels.inside())
        body = inner.scope(item.members, item.scope, item.inputs[0], call)
        return BlockStep(
            (), entering, None, item.scope.kind, body, item.scope.is_chain_class, item.scope.path
        )

    def chain(self, before: Call, after: Call) -> list[tuple[Step, Call]]:
        """The longest way from one value to another as a chain, joined by labelled values."""
        order = self.between(before, after)
        way = self.longest(before, after, order)
        places = {call: place for place, call in enumerate(way)}
        joins = [self.joins(call, way[place], places) for place, call in enumerate(way[1:])]
        made: list[Step] = []
        for place, call in enumerate(way[1:]):
            item = self.items[call]
            if len(item.inputs) == 1:
                made.append(self.step(item))
            else:
                made.append(self.join(item, way[place], joins[place]))
        return list(zip(made, way[1:], strict=True))

    def labelled(self, step: Step, call: Call) -> Step:
        """A step with the label that later ones have asked for."""
        label = self.labels.names.get(call)
        return replace(step, label=label) if label is not None and step.label is None else step

    def longest(self, before: Call, after: Call, order: Sequence[Call]) -> list[Call]:
        """The way through the most steps."""
        best: dict[Call, list[Call]] = {before: [before]}
        for call in order:
            ways = [best[each] for each in self.items[call].inputs if each in best]
            best[call] = [*max(ways, key=len), call]
        return best[after]

    def joins(self, call: Call, flowing: Call, places: Mapping[Call, int]) -> list[Branch]:
        """The branches of a merge on the way: the value that flows, and what comes from further up."""
        inputs = self.items[call].inputs
        if len(inputs) == 1:
            return []
        branches: list[Branch] = []
        seen: set[Call] = set()
        has_flow = False
        for each in inputs:
            if each is flowing and not has_flow:
                has_flow = True
                branches.append(Branch())
            elif each in places:
                branches.append(Branch((), self.labels.of(each)))
            else:
                branches.append(self.side_branch(each, flowing, places, seen))
        return branches

    def side_branch(self, end: Call, flowing: Call, places: Mapping[Call, int], seen: set[Call]) -> Branch:
        """Steps beside the way, which begin at one value of it."""
        starts: dict[Call, None] = {}
        members: set[Call] = set()
        pending = [end]
        while pending:
            call = pending.pop()
            if call in places:
                starts[call] = None
            elif call not in members:
                members.add(call)
                if call not in self.items:
                    starts[call] = None
                else:
                    pending += self.items[call].inputs
        if len(starts) != 1 or members & seen:
            fail(
                codes.NO_LAYER,
                "values cross in a way that branches and labels can't say",
                "what is joined here begins at several values",
                end.place,
                "a branch begins with one value, and its steps are its own",
            )
        seen |= members
        (start,) = starts
        return Branch(self.region(start, end), None if start is flowing else self.labels.of(start))

    def join(self, item: Item, flowing: Call, branches: list[Branch]) -> Step:
        """A merge on the way; by labels alone where the value that flows comes first."""
        call = item.call
        order = sorted(branches, key=lambda each: each != Branch()) if call.layer != "concat" else branches
        if order[0] == Branch() and all(not each.body and each.start for each in order[1:]):
            labels = tuple(each.start for each in order[1:] if each.start)
            return MergeStep(call.options, flowing.shape, None, call.layer, (), labels)
        return MergeStep(call.options, flowing.shape, None, call.layer, tuple(branches))
