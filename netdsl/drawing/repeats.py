"""Steps that follow each other again and again, folded into one."""

from __future__ import annotations

from netdsl.layers.tensor import TensorType
from netdsl.network.nodes import LayerNode, Node, ScopeNode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

LONGEST_PERIOD = 24


class Repeat(ScopeNode):
    """So many runs of the same steps, the first of which is kept.

    `alike` runs differ in what follows from their inputs, and in how often
    they drop a path. `last` is the last step that was folded.
    """

    times: int = 2
    alike: bool = False
    last: Node | None = None


def fold(scope: ScopeNode) -> ScopeNode:
    """The scope with its repeats folded, and so in the scopes inside it."""
    return Folder().fold(scope)


class Folder:
    """Numbers what nodes are, so that equal ones are found by comparing integers.

    A subclass may tell more nodes apart by another `key`.
    """

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def fold(self, scope: ScopeNode) -> ScopeNode:
        """The scope with its repeats folded."""
        types = [*scope.input_types, *(node.output for node in scope.nodes)]
        exact = [self._number(self.key(node, types, False)) for node in scope.nodes]
        alike = [self._number(self.key(node, types, True)) for node in scope.nodes]
        folded: list[Node] = []
        # What a value of the scope is called once steps before it are gone.
        renamed = {value: value for value in range(len(scope.input_types))}
        position, count = 0, len(scope.input_types)
        readers = _last_readers(scope)
        worth = [_is_worth_a_frame(node) for node in scope.nodes]
        while position < len(scope.nodes):
            run = _run_at(scope, exact, readers, worth, position, False)
            other = _run_at(scope, alike, readers, worth, position, True)
            best = max(run, other, key=lambda each: each[0] * each[1])
            if best[1] > 1:
                node: Node = self._repeat(scope, types, position, *best, alike=best is not run)
            else:
                node = scope.nodes[position]
                if isinstance(node, ScopeNode):
                    node = self.fold(node)
            length = best[0] * best[1] if best[1] > 1 else 1
            folded.append(node.replace(inputs=tuple(renamed[value] for value in node.inputs)))
            position += length
            renamed[len(scope.input_types) + position - 1] = count
            count += 1
        return scope.replace(
            nodes=tuple(folded),
            result=renamed[scope.result],
            outputs=tuple(renamed[value] for value in scope.outputs),
        )

    def _repeat(
        self,
        scope: ScopeNode,
        types: Sequence[TensorType],
        position: int,
        period: int,
        times: int,
        alike: bool,
    ) -> Repeat:
        """The first run as a scope of its own, which reads the one value before it."""
        before = len(scope.input_types) + position - 1
        nodes = tuple(
            node.replace(inputs=tuple(value - before for value in node.inputs))
            for node in scope.nodes[position : position + period]
        )
        last = scope.nodes[position + period * times - 1]
        inner = scope.replace(
            name=nodes[0].name, inputs=(before,), nodes=nodes, result=period, input_types=(types[before],)
        )
        kept = self._fold_inner(inner)
        return Repeat(
            kept.name,
            "repeat",
            nodes[0].span,
            (before,),
            last.output,
            "repeat",
            kept.input_types,
            kept.nodes,
            kept.result,
            (),
            times=times,
            alike=alike,
            last=last,
        )

    def _fold_inner(self, scope: ScopeNode) -> ScopeNode:
        """The scope with the scopes inside it folded, its own steps as they are."""
        nodes = (self.fold(node) if isinstance(node, ScopeNode) else node for node in scope.nodes)
        return scope.replace(nodes=tuple(nodes))

    def _number(self, key: Hashable) -> int:
        return self._numbers.setdefault(key, len(self._numbers))

    def key(self, node: Node, types: Sequence[TensorType], alike: bool) -> Hashable:
        """What makes a node the same as another; with `alike`, without what follows from its inputs."""
        if isinstance(node, ScopeNode):
            given = [*node.input_types, *(each.output for each in node.nodes)]
            inside = tuple((self._number(self.key(each, given, alike)), each.inputs) for each in node.nodes)
            return (node.definition, node.initializations, inside, node.result, _size(node.output, alike))
        assert isinstance(node, LayerNode)
        if not alike:
            return (node.kind, node.constructor, node.output)
        return (node.kind, _without_inferred(node, types[node.inputs[0]]), _size(node.output, True))


def _size(type_: TensorType, alike: bool) -> Hashable:
    return (type_.layout, type_.spatial) if alike else type_


def _without_inferred(node: LayerNode, given: TensorType) -> Hashable:
    """The call without the channels that flow in, and without the rate of a dropped path."""
    if node.kind == "drop_path":
        return None
    made = node.constructor
    inferred = made.arguments[:1] == (given.channels,)
    return (made.target, inferred, made.arguments[1 if inferred else 0 :], made.keywords)


def _last_readers(scope: ScopeNode) -> dict[int, int]:
    """For each value the position of the last node that reads it; what comes out is read after all."""
    readers: dict[int, int] = {}
    for position, node in enumerate(scope.nodes):
        for value in node.inputs:
            readers[value] = position
    for value in (scope.result, *scope.outputs):
        readers[value] = len(scope.nodes)
    return readers


def _run_at(
    scope: ScopeNode,
    numbers: Sequence[int],
    readers: dict[int, int],
    worth: Sequence[bool],
    position: int,
    alike: bool,
) -> tuple[int, int]:
    """The period and the number of the runs that begin at a node and cover most; (1, 1) for none."""
    best = (1, 1)
    longest = min(LONGEST_PERIOD, (len(scope.nodes) - position) // 2)
    for period in range(1, longest + 1):
        if numbers[position] != numbers[position + period] or not any(worth[position : position + period]):
            continue
        segment = scope.nodes[position : position + period]
        # Runs that are merely alike must be made of blocks alone.
        if alike and period > 1 and not all(isinstance(node, ScopeNode) for node in segment):
            continue
        if not _reads_within(scope, position, period):
            continue
        times = 1
        while _is_same_again(scope, numbers, position + times * period, period) and _is_left_alone(
            scope, readers, position + (times - 1) * period, period
        ):
            times += 1
        if times > 1 and period * times > best[0] * best[1]:
            best = (period, times)
    return best


def _is_worth_a_frame(node: Node) -> bool:
    """Whether a run with this node in it is more than a row of layers: a block or a merge."""
    return len(node.inputs) > 1 or (isinstance(node, ScopeNode) and bool(node.nodes))


def _reads_within(scope: ScopeNode, position: int, period: int) -> bool:
    """Whether all that the run reads is its own, or the one value before it."""
    before = len(scope.input_types) + position - 1
    if before < 0:
        return False
    return all(value >= before for node in scope.nodes[position : position + period] for value in node.inputs)


def _is_same_again(scope: ScopeNode, numbers: Sequence[int], position: int, period: int) -> bool:
    """Whether the nodes at a position are those of a period earlier, and fed in the same way."""
    for here in range(position, position + period):
        if here >= len(scope.nodes) or numbers[here] != numbers[here - period]:
            return False
        moved = tuple(value - period for value in scope.nodes[here].inputs)
        if moved != scope.nodes[here - period].inputs:
            return False
    return True


def _is_left_alone(scope: ScopeNode, readers: dict[int, int], position: int, period: int) -> bool:
    """Whether nobody but the next run reads what a run made, and that only its last value."""
    first = len(scope.input_types) + position
    inside = all(readers.get(first + step, 0) < position + period for step in range(period - 1))
    return inside and readers.get(first + period - 1, 0) < position + 2 * period
