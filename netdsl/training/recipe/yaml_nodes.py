"""What the nodes of a YAML document may be: values of YAML 1.2's core schema, and not too many."""

from __future__ import annotations

import yaml
from yaml.constructor import ConstructorError

# Of a document with its aliases written out: names that stand for lists of names grow without end.
MOST_NODES = 20_000
LONGEST_NUMBER = 40
LONGEST_TEXT = 2**20

_PREFIX = "tag:yaml.org,2002:"
_SCALARS = ("str", "bool", "int", "float", "null")


def check_nodes(loader: yaml.SafeLoader, node: yaml.Node) -> None:
    """Raise `ConstructorError`, with the place, where a document holds what no value is made of.

    That is a tag of another schema, such as `!!python/object`; a value that
    is not of the form that its tag says; a number with too many digits; and
    names that stand for more than there may be, or for themselves. Raises
    `RecursionError` where it is nested too deep.
    """
    _check(loader, node, {}, set())


def _check(loader: yaml.SafeLoader, node: yaml.Node, known: dict[int, int], open_: set[int]) -> int:
    """How many nodes a node is, with those inside it; `open_` are those around it."""
    if id(node) in open_:
        raise _refused(node, "a name stands for something that it is a part of")
    if id(node) not in known:
        open_.add(id(node))
        total = 1 + sum(_check(loader, each, known, open_) for each in _inside(loader, node))
        open_.remove(id(node))
        if total > MOST_NODES:
            raise _refused(node, f"more than {MOST_NODES:,} values, each name counted as what it stands for")
        known[id(node)] = total
    return known[id(node)]


def _inside(loader: yaml.SafeLoader, node: yaml.Node) -> list[yaml.Node]:
    kind = node.tag.removeprefix(_PREFIX)
    if isinstance(node, yaml.MappingNode) and kind == "map":
        return [each for pair in node.value for each in pair]
    if isinstance(node, yaml.SequenceNode) and kind == "seq":
        return list(node.value)
    if not isinstance(node, yaml.ScalarNode) or kind not in _SCALARS:
        raise _refused(node, f"`{_shown(node.tag)}` is no kind of value here")
    if kind in ("int", "float") and len(node.value) > LONGEST_NUMBER:
        raise _refused(node, f"a number of more than {LONGEST_NUMBER} characters")
    resolved = loader.resolve(yaml.ScalarNode, node.value, (True, False))  # type: ignore[no-untyped-call]
    if kind not in ("str", resolved.removeprefix(_PREFIX)):
        raise _refused(node, f"this is not written as a value of the kind `{kind}` is")
    return []


def _shown(tag: str) -> str:
    return f"!!{tag.removeprefix(_PREFIX)}" if tag.startswith(_PREFIX) else tag


def _refused(node: yaml.Node, problem: str) -> ConstructorError:
    return ConstructorError(None, None, problem, node.start_mark)
