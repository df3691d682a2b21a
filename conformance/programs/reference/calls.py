"""Which argument is which option, by the rules of the language's page."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.programs.reference.values import Given, LayerValue, Value, no
from netdsl.layers.kinds import words_of
from netdsl.layers.table import BUILT_IN
from netdsl.syntax import tree


def choices_of(target: LayerValue, name: str | None, position: int) -> tuple[str, ...]:
    """The bare words that an argument of a layer may be."""
    if target.definition is not None:
        return ()
    declaration = BUILT_IN[target.name]
    if name is None:
        if position >= len(declaration.positional):
            return ()
        name = declaration.positional[position]
    option = declaration.option(name)
    return words_of(option.kind) if option is not None else ()


def match(
    node: tree.Node, given: Sequence[Given], by_position: Sequence[str], names: Sequence[str]
) -> dict[str, Value]:
    """The arguments by name: positional ones in order, each once. Raises `RefusedError`."""
    found: dict[str, Value] = {}
    position = 0
    for each in given:
        name = each.name
        if name is None:
            if position >= len(by_position):
                raise no("too many arguments by position", node)
            name = by_position[position]
            position += 1
        if name not in names:
            raise no(f"no option `{name}`", node)
        if name in found:
            raise no(f"`{name}` twice", node)
        found[name] = each.value
    return found


def options_of(node: tree.Node, layer: str, given: Sequence[Given]) -> dict[str, Value]:
    """The options given to a layer of the table; raises `RefusedError` where a required one is missing."""
    declaration = BUILT_IN[layer]
    found = match(node, given, declaration.positional, [option.name for option in declaration.options])
    for option in declaration.options:
        if option.is_required and option.name not in found:
            raise no(f"`{option.name}` is missing", node)
    return found
