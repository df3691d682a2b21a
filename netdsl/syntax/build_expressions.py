"""Makes the nodes of expressions: a function for each named alternative of the grammar."""

from __future__ import annotations

from netdsl.diagnostics.span import Source, Span
from netdsl.syntax import tree
from netdsl.syntax.made import name_node, span_of
from netdsl.syntax.tokens import Token

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from netdsl.syntax.made import Builder, Made


def call(source: Source, made: list[Made]) -> tree.Call:
    """`name(arguments)`."""
    arguments = tuple(made[2]) if len(made) > 3 else ()
    depth = 1 + max((each.value.depth for each in arguments), default=0)
    return tree.Call(span_of(source, made[0], made[-1]), depth, name_node(source, made[0]), arguments)


def argument(source: Source, made: list[Made]) -> tree.Argument:
    """`value` or `name=value`."""
    if len(made) == 1:
        return tree.Argument(made[0].span, None, made[0])
    return tree.Argument(span_of(source, made[0], made[2]), name_node(source, made[0]), made[2])


def conditional(source: Source, made: list[Made]) -> tree.Conditional:
    """`a if condition else b`."""
    then, _, condition, _, otherwise = made
    depth = 1 + max(then.depth, condition.depth, otherwise.depth)
    return tree.Conditional(span_of(source, then, otherwise), depth, condition, then, otherwise)


def binary(source: Source, made: list[Made]) -> tree.Binary:
    """`a + b`."""
    left, operator, right = made
    depth = 1 + max(left.depth, right.depth)
    return tree.Binary(span_of(source, left, right), depth, operator.text, left, right)


def unary(source: Source, made: list[Made]) -> tree.Unary:
    """`-a`."""
    return tree.Unary(span_of(source, made[0], made[1]), 1 + made[1].depth, made[0].text, made[1])


def compared(source: Source, made: list[Made]) -> list[Made]:
    """The parts of a comparison in a flat list: value, operator, value, ..."""
    parts: list[Made] = made[0] if isinstance(made[0], list) else [made[0]]
    parts += made[1:]
    return parts


def comparison(source: Source, made: list[Made]) -> tree.Comparison:
    """`a < b <= c`."""
    first, *rest = made[0]
    pairs = tuple((rest[i].text, rest[i + 1]) for i in range(0, len(rest), 2))
    depth = 1 + max(first.depth, *(value.depth for _, value in pairs))
    return tree.Comparison(span_of(source, first, pairs[-1][1]), depth, first, pairs)


def index(source: Source, made: list[Made]) -> tree.Index:
    """`value[index]`."""
    depth = 1 + max(made[0].depth, made[2].depth)
    return tree.Index(span_of(source, made[0], made[3]), depth, made[0], made[2])


def slice_(source: Source, made: list[Made]) -> tree.Slice:
    """`value[start:end]`."""
    value, _, start, _, end, closing = made
    depth = 1 + max(value.depth, start.depth if start else 0, end.depth if end else 0)
    return tree.Slice(span_of(source, value, closing), depth, value, start, end)


def comprehension(source: Source, made: list[Made]) -> tree.Comprehension:
    """`[item for names in values]`."""
    opening, item, _, names, _, values, closing = made
    named = tuple(name_node(source, each) for each in names)
    depth = 1 + max(item.depth, values.depth)
    return tree.Comprehension(span_of(source, opening, closing), depth, item, named, values)


def literal(convert: Callable[[str], Any]) -> Builder:
    """A token whose text is a value."""

    def build(source: Source, made: list[Made]) -> tree.Literal:
        token = made[0]
        return tree.Literal(Span(source, token.start, token.end), convert(token.text))

    return build


string = literal(lambda text: text[1:-1])


def name(source: Source, made: list[Made]) -> tree.Name:
    """A bare word."""
    return name_node(source, made[0])


def parenthesized(source: Source, made: list[Made]) -> tree.Expression:
    """`(a)` is `a`, with the place of the brackets."""
    inside: tree.Expression = made[1]
    return inside.replace(span=span_of(source, made[0], made[2]))


def sequence(source: Source, made: list[Made]) -> tree.Sequence:
    """`[a, b]` or `(a, b)`."""
    items: list[tree.Expression] = []
    for each in made[1:-1]:
        if isinstance(each, list):
            items.extend(each)
        elif not isinstance(each, Token):
            items.append(each)
    depth = 1 + max((item.depth for item in items), default=0)
    return tree.Sequence(span_of(source, made[0], made[-1]), depth, tuple(items))
