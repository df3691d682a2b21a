"""Which runs of modules become blocks: those that take one value and make one."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from netdsl.importing.model import Call, Scope


@dataclass(eq=False, slots=True)
class Item:
    """A call, or a whole scope that is taken as one step; its value is that of `call`."""

    call: Call
    inputs: list[Call]
    scope: Scope | None = None
    members: tuple[Call, ...] = ()


def items_of(calls: Sequence[Call], scope: Scope | None, results: Set[Call]) -> list[Item]:
    """The steps of a scope, in order: its own calls, and the scopes in it that can be blocks.

    `calls` are those of the scope and of the scopes in it, `results` the
    values that are read outside of it.
    """
    groups: dict[Scope, list[Call]] = {}
    for call in calls:
        child = child_of(call, scope)
        if child is not None:
            groups.setdefault(child, []).append(call)
    closed = {
        child: found
        for child, members in groups.items()
        if (found := closing(child, members, leaving(members, calls, results)))
    }
    items: list[Item] = []
    done: set[Scope] = set()
    for call in calls:
        child = child_of(call, scope)
        if child is None:
            items.append(Item(call, call.inputs))
        elif child in closed:
            if child not in done:
                items.append(closed[child])
                done.add(child)
        elif child not in done:
            items += items_of(groups[child], child, set(leaving(groups[child], calls, results)))
            done.add(child)
    return items


def child_of(call: Call, scope: Scope | None) -> Scope | None:
    """The scope directly inside a scope in which a call is, None where it is the scope's own."""
    if call.scope is None or call.scope is scope:
        return None
    chain = call.scope.chain()
    place = chain.index(scope) + 1 if scope is not None else 0
    return chain[place]


def leaving(members: Sequence[Call], calls: Sequence[Call], results: Set[Call]) -> list[Call]:
    """The values of some calls that others read."""
    inside = set(members)
    read = {each for call in calls if call not in inside for each in call.inputs} | results
    return [call for call in members if call in read]


def closing(scope: Scope, members: list[Call], made: list[Call]) -> Item | None:
    """A scope as one step, None where it is a container or takes or makes several values."""
    inside = set(members)
    entering = {each: None for call in members for each in call.inputs if each not in inside}
    if scope.is_transparent or len(entering) != 1 or len(made) != 1 or is_inside_itself(scope):
        return None
    return Item(made[0], list(entering), scope, tuple(members))


def is_inside_itself(scope: Scope) -> bool:
    """Whether a scope of the same class is around: blocks can't contain themselves."""
    return any(each.kind == scope.kind for each in scope.chain()[:-1])
