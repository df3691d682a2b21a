"""Goes through a tree: its parts, the names that it uses, and where they end."""

from __future__ import annotations

from netdsl.record import Record
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# What these fields hold is a name that is given, not one that is used.
_GIVES: dict[type[Record], tuple[str, ...]] = {
    tree.Argument: ("name",),
    tree.Let: ("name",),
    tree.For: ("names",),
    tree.Comprehension: ("names",),
    tree.Parameter: ("name",),
    tree.Step: ("label",),
    tree.Output: ("name",),
    tree.Definition: ("name",),
}


def parts(value: object, *, given: bool = True) -> Iterator[tree.Node]:
    """A node, or those of a tuple, and all within; without the names that are `given` there, if wanted."""
    pending = [value]
    while pending:
        value = pending.pop()
        if isinstance(value, tuple):
            pending.extend(reversed(value))
        elif isinstance(value, tree.Node):
            yield value
            left_out = () if given else _GIVES.get(type(value), ())
            fields = [name for name in value._fields if name not in left_out and name != "span"]
            pending.extend(getattr(value, name) for name in reversed(fields))


def own_parts(node: tree.Node) -> Iterator[tree.Node]:
    """A node and all within, its braces too, but not what stands in them."""
    pending: list[object] = [node]
    while pending:
        value = pending.pop()
        if isinstance(value, tuple):
            pending.extend(reversed(value))
        elif isinstance(value, tree.Node):
            yield value
            if not isinstance(value, tree.Body):
                pending.extend(getattr(value, name) for name in reversed(value._fields) if name != "span")


def used_names(*values: object) -> set[str]:
    """The names that are used in nodes, whatever for."""
    return {part.name for part in parts(values, given=False) if isinstance(part, tree.Name)}


def bodies(node: tree.Node) -> Iterator[tree.Body]:
    """The braces within a node, outer ones first."""
    return (part for part in parts(node) if isinstance(part, tree.Body))


def end_of(node: tree.Node) -> int:
    """Where a node ends, with all that it holds."""
    return max(part.span.end for part in parts(node))
