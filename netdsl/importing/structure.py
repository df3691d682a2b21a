"""Calls that read each other's values to steps in a row and merges of branches.

Between two values through which everything flows lies either one step or a
merge. The branches of a merge are taken apart in the same way where no two
share a step; where they do, and where a value goes past a change of size as
in a U-Net, the longest way through is written as the chain, and what joins
it is named by labels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count as count_up

from netdsl.diagnostics.catalogue import importing as codes
from netdsl.importing.model import Call, Options, Scope, Trace
from netdsl.importing.problems import fail
from netdsl.importing.scopes import Item, items_of
from netdsl.importing.tree import BlockStep, Body, Branch, LayerStep, MergeStep, Step, count

DROP = "drop_path"


def structure(trace: Trace) -> Body:
    """The steps of a whole network."""
    return Structure(Labels()).scope(trace.calls, None, trace.entry, trace.result)


class Labels:
    """Names for values that are read further down."""

    def __init__(self, numbers: Iterator[int] | None = None) -> None:
        self.names: dict[Call, str] = {}
        self.numbers = numbers if numbers is not None else count_up(1)

    def of(self, call: Call) -> str:
        """The label of a value."""
        if call not in self.names:
            self.names[call] = f"skip{next(self.numbers)}"
        return self.names[call]

    def inside(self) -> Labels:
        """Labels of a scope within, whose names are others."""
        return Labels(self.numbers)


class Structure:
    """Takes the calls of one scope apart."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self.items: dict[Call, Item] = {}

    def scope(self, calls: Sequence[Call], scope: Scope | None, entry: Call, result: Call) -> Body:
        """The steps of a scope."""
        self.items = {item.call: item for item in items_of(calls, scope, {result})}
        body = self.region(entry, result)
        if entry in self.labels.names:
            body = (LayerStep(entering=entry.shape, label=self.labels.names[entry], layer="identity"), *body)
        return body

    def region(self, entry: Call, result: Call) -> Body:
        """The steps between two values, through both of which everything flows."""
        order = self.between(entry, result)
        steps: list[tuple[Step, Call]] = []
        before = entry
        for after in self.cuts(entry, order):
            steps += self.segment(before, after)
            before = after
        return tuple(self.labelled(step, call) for step, call in steps)

    def between(self, entry: Call, result: Call) -> list[Call]:
        """The values that a result depends on behind an entry, in order."""
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
            return LayerStep(call.options, entering, None, call.layer, call.path, call.place)
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


def merged(call: Call, branches: tuple[Branch, ...], before: Call) -> MergeStep:
    """A merge; a sum of two is a residual where one of them is nothing or a projection."""
    name, options = call.layer, call.options
    if name == "add" and len(branches) == 2:
        body, shortcut = sorted(branches, key=lambda each: -count(each.body))
        if is_projection(shortcut.body) and body.body:
            last = body.body[-1]
            if isinstance(last, LayerStep) and last.layer == DROP and len(body.body) > 1:
                rate: Options = (("drop_path", dict(last.options).get("p", 0.5)),)
                return MergeStep(rate, before.shape, None, "residual", (Branch(body.body[:-1]), shortcut))
            return MergeStep((), before.shape, None, "residual", (body, shortcut))
    if name != "concat":
        # What is nothing but the value stands first; the order changes no sum or product.
        branches = tuple(sorted(branches, key=lambda each: bool(each.body)))
    return MergeStep(options, before.shape, None, name, branches)


PROJECTING = ("conv", "bn", "avgpool", "maxpool", "pad_channels", "identity")


def is_projection(body: Body) -> bool:
    """Whether steps only bring a value into another shape."""
    flat = [inner for step in body for inner in (step.body if isinstance(step, BlockStep) else (step,))]
    names = [step.layer if isinstance(step, LayerStep) else "" for step in flat]
    return all(name in PROJECTING for name in names) and names.count("conv") < 2
