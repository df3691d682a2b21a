"""A difference to one tree with the nodes of both networks."""

from __future__ import annotations

from netdsl.comparison.captions import ARROW, is_written_as_before
from netdsl.comparison.difference import Difference, Pair
from netdsl.comparison.merged import MergedLayer, MergedScope, overall, status_of
from netdsl.comparison.side import Side
from netdsl.layers.tensor import TensorType
from netdsl.network.changes import ADDED, CHANGED, FOLLOWS, REMOVED, SAME
from netdsl.network.nodes import LayerNode, Node, ScopeNode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    # A node before and its partner after; None where it has none.
    Twins = tuple[Node | None, Node | None]


def merge(difference: Difference) -> MergedScope:
    """The roots of both networks as one scope."""
    scopes = _paired_scopes(difference.pairs)
    # Where layers are paired across blocks, both run the same ones, and the blocks after are shown alone.
    before = Side(difference.before.root if scopes is not None else None)
    return _Merger(difference.pairs, scopes).scope(before, Side(difference.after.root), (), ())


def _paired_scopes(pairs: Sequence[Pair]) -> dict[str, str] | None:
    """The prefix before of each block that is in both networks, by its prefix after.

    None where layers of one block are paired with those of several.
    """
    found: dict[str, str] = {}
    back: dict[str, str] = {}
    for pair in pairs:
        if pair.before is None or pair.after is None:
            continue
        before, after = _prefixes(pair.before.name), _prefixes(pair.after.name)
        if len(before) != len(after):
            return None
        for old, new in zip(before, after, strict=True):
            if found.setdefault(new, old) != old or back.setdefault(old, new) != new:
                return None
    return found


def _prefixes(path: str) -> list[str]:
    """The prefixes of the blocks around a layer, from the outside in: `stage.`, `stage.unit.`."""
    return [path[: at + 1] for at, sign in enumerate(path) if sign == "."]


class _Merger:
    def __init__(self, pairs: Sequence[Pair], scopes: dict[str, str] | None) -> None:
        self._before = {pair.before.name: pair for pair in pairs if pair.before is not None}
        self._after = {pair.after.name: pair for pair in pairs if pair.after is not None}
        self._scopes = scopes or {}
        # What is in one network alone is in both where the blocks after are shown alone.
        self._new = ADDED if scopes is not None else SAME

    def scope(
        self, before: Side, after: Side, inputs: tuple[int, ...], marks: tuple[str, ...]
    ) -> MergedScope:
        """A block of one or of both networks."""
        scopes = [each.scope for each in (before, after) if each.scope is not None]
        most = max(len(scope.input_types) for scope in scopes)
        nodes: list[Node] = []
        for old, new in self._in_order(before, after):
            fed = self._union(before.read(old), after.read(new), (old, new), nodes, most)
            nodes.append(self._node(before, after, (old, new), fed))
            before.note(old, most + len(nodes) - 1)
            after.note(new, most + len(nodes) - 1)
        # What comes out is read by one who is in both networks.
        results = self._union(before.results, after.results, (scopes[0], scopes[-1]), nodes, most)
        if len(scopes) == 1:
            results = dict.fromkeys(results, SAME)
        result, *ended = results
        outputs = tuple(dict.fromkeys([*after.outputs, *before.outputs]))
        kept = scopes[-1]
        status = self._status(scopes, nodes, ended)
        return MergedScope(
            kept.name,
            kept.kind,
            kept.span,
            inputs,
            kept.output,
            # What a block is called does not count where it does the same.
            kept.definition if status in (SAME, FOLLOWS) else _definition(scopes),
            max((scope.input_types for scope in scopes), key=len),
            tuple(nodes),
            result,
            (),
            kept.doc,
            (*outputs, *ended),
            status=status,
            marks=marks,
            was=before.scope,
            ended=len(ended),
        )

    def _status(self, scopes: Sequence[ScopeNode], nodes: Sequence[Node], ended: Sequence[int]) -> str:
        found = overall([status_of(node) for node in nodes])
        if len(scopes) == 2 and (found in (ADDED, REMOVED) or ended):
            return CHANGED
        return found

    def _in_order(self, before: Side, after: Side) -> Iterator[Twins]:
        """The nodes of both blocks: between two that are in both, first what went, then what came."""
        places = {node.name: place for place, node in enumerate(before.nodes)}
        partners = self._partners(before, after)
        place = 0
        come: list[Node] = []
        for node in after.nodes:
            partner = partners.get(node.name)
            if partner is None:
                come.append(node)
                continue
            yield from ((each, None) for each in before.nodes[place : places[partner]])
            yield from ((None, each) for each in come)
            come = []
            yield before.nodes[places[partner]], node
            place = places[partner] + 1
        yield from ((each, None) for each in before.nodes[place:])
        yield from ((None, each) for each in come)

    def _partners(self, before: Side, after: Side) -> dict[str, str]:
        """The name before of each node that is in both blocks, by its name after."""
        if before.scope is None:
            return {}
        found = {}
        for node in after.nodes:
            if isinstance(node, ScopeNode):
                path = self._scopes.get(f"{after.prefix}{node.name}.", "").rstrip(".")
            else:
                pair = self._after[after.prefix + node.name]
                path = pair.before.name if pair.before is not None else ""
            if path:
                found[node.name] = path.removeprefix(before.prefix)
        return found

    def _union(
        self,
        before: tuple[int, ...],
        after: tuple[int, ...],
        twins: Twins,
        nodes: Sequence[Node],
        most: int,
    ) -> dict[int, str]:
        """The values that a node reads in either network, each with the mark of its edge.

        A value that a node read directly, and now reads through what came
        between, is not among them, nor is the reverse: what came between
        says it.
        """
        if None in twins:
            return dict.fromkeys(before, REMOVED) or dict.fromkeys(after, self._new)
        through_new = _through(after, ADDED, nodes, most)
        through_old = _through(before, REMOVED, nodes, most)
        read = {value: SAME if value in before else ADDED for value in after}
        read |= {value: REMOVED for value in before if value not in after}
        passed = {ADDED: through_old, REMOVED: through_new, SAME: set[int]()}
        return {value: mark for value, mark in read.items() if value not in passed[mark]}

    def _node(self, before: Side, after: Side, twins: Twins, fed: dict[int, str]) -> Node:
        old, new = twins
        inputs, marks = tuple(fed), tuple(fed.values())
        if isinstance(new or old, ScopeNode):
            return self.scope(before.inside(old), after.inside(new), inputs, marks)
        if new is None:
            assert isinstance(old, LayerNode)
            pair = self._before[before.prefix + old.name]
            return _layer(old, inputs, marks, before.given(old), pair, None)
        assert isinstance(new, LayerNode)
        pair = self._after[after.prefix + new.name]
        given = after.given(new)
        return _layer(new, inputs, marks, given, pair, before.given(old) if old is not None else given)


def _layer(
    node: LayerNode,
    inputs: tuple[int, ...],
    marks: tuple[str, ...],
    given: TensorType,
    pair: Pair,
    was_given: TensorType | None,
) -> MergedLayer:
    """A layer with what became of it."""
    was = pair.before.node if pair.before is not None and pair.after is not None else None
    status, reasons = pair.status, pair.reasons
    if was is not None and status == CHANGED:
        # The shapes are seen beside the lines.
        reasons = tuple(reason for reason in reasons if reason != f"before {was.output}")
        if not reasons and is_written_as_before(was, node):
            status = FOLLOWS
    return MergedLayer(
        node.name,
        node.kind,
        node.span,
        inputs,
        node.output,
        node.constructor,
        node.parameters,
        node.multiply_adds,
        node.receptive_field,
        node.view,
        node.arguments,
        status=status,
        marks=marks,
        given=given,
        was=was,
        was_given=was_given if was is not None else None,
        reasons=reasons,
    )


def _through(values: tuple[int, ...], status: str, nodes: Sequence[Node], most: int) -> set[int]:
    """The values that those came from through nodes of one network alone."""
    found: set[int] = set()
    pending = [value for value in values if value >= most and status_of(nodes[value - most]) == status]
    while pending:
        for value in nodes[pending.pop() - most].inputs:
            if value not in found:
                found.add(value)
                if value >= most and status_of(nodes[value - most]) == status:
                    pending.append(value)
    return found


def _definition(scopes: Sequence[ScopeNode]) -> str:
    """What a block is made by, before and after."""
    return ARROW.join(dict.fromkeys(scope.definition for scope in scopes))
