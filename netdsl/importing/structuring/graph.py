"""Which calls depend on which."""

from __future__ import annotations

from collections.abc import Iterable

from netdsl.importing.model import Call


def used(*results: Call) -> list[Call]:
    """The calls that results depend on, each after those it reads; the entry is none of them."""
    order: list[Call] = []
    seen: set[Call] = set()
    pending: list[tuple[Call, bool]] = [(each, False) for each in reversed(results)]
    while pending:
        call, is_done = pending.pop()
        if is_done:
            order.append(call)
        elif call not in seen and call.inputs:
            seen.add(call)
            pending.append((call, True))
            pending += [(each, False) for each in reversed(call.inputs)]
    return order


def readers(calls: Iterable[Call]) -> dict[Call, list[Call]]:
    """Who reads each value."""
    found: dict[Call, list[Call]] = {}
    for call in calls:
        for each in call.inputs:
            found.setdefault(each, []).append(call)
    return found
