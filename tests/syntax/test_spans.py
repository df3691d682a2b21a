"""Every node knows where it stands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from netdsl.diagnostics import Source
from netdsl.record import Record
from netdsl.syntax import tree
from netdsl.syntax.parser import parse, parse_expression
from tests.syntax.words import FILES, SAMPLES


def children(value: object) -> Iterator[tree.Node]:
    """The nodes directly inside a node or a tuple."""
    if isinstance(value, tuple):
        for each in value:
            if isinstance(each, tree.Node):
                yield each
            else:
                yield from children(each)
    elif isinstance(value, Record):
        for field in value._fields:
            inner = getattr(value, field)
            if isinstance(inner, tree.Node):
                yield inner
            elif isinstance(inner, tuple):
                yield from children(inner)


def walk(node: object) -> Iterator[tree.Node]:
    """A node and all below it."""
    for child in children(node):
        yield child
        yield from walk(child)


CLEAN = [text for text in SAMPLES if not parse(Source("a.net", text))[1]]


@pytest.mark.parametrize("text", CLEAN)
def test_expressions_read_again_are_the_same(text: str) -> None:
    file, _ = parse(Source("a.net", text))
    seen = 0
    for node in walk(file):
        if isinstance(node, tree.Expression):
            again, found = parse_expression(Source("again", node.span.text))
            assert not found, node.span.text
            assert again is not None
            assert outline(again) == outline(node)
            seen += 1
    assert seen > 5


def outline(node: object) -> object:
    """A node without its places."""
    if isinstance(node, tree.Node):
        fields = [field for field in node._fields if field not in ("span", "depth")]
        return (type(node).__name__, *(outline(getattr(node, field)) for field in fields))
    return tuple(map(outline, node)) if isinstance(node, tuple) else node


@pytest.mark.parametrize("text", CLEAN)
def test_nodes_stand_inside_what_they_belong_to(text: str) -> None:
    file, _ = parse(Source("a.net", text))
    for node in walk(file):
        assert node.span.text.strip() == node.span.text
        if isinstance(node, tree.Name):
            assert node.span.text == node.name
        elif isinstance(node, tree.Body):
            assert node.span.text[0] + node.span.text[-1] == "{}"
            assert all(each.span.is_inside(node.span) for each in node.statements)
        elif (
            isinstance(node, tree.Literal)
            and isinstance(node.value, int)
            and not isinstance(node.value, bool)
        ):
            assert int(node.span.text) == node.value
        elif isinstance(node, tree.Composite):
            assert all(each.span.is_inside(node.span) for each in children(node))
        elif isinstance(node, tree.Step):
            assert node.span.text.startswith(node.name.name)
            assert node.span.text[-1] == ")" or node.span.text == node.name.name


def test_span_of_each_kind() -> None:
    text = (
        'use "b.net"\nnet N(a = 1) {\n    let x = (1 + 2) * 3\n'
        "    a -> b(1, k=2) as c # note\n}\nnet M = N(a=2)\n"
    )
    file, found = parse(Source("a.net", text))
    assert not found
    assert [item.span.text for item in file.items] == ['use "b.net"', "net N(a = 1)", "net M = N(a=2)"]
    (definition, _) = file.definitions
    assert definition.body is not None
    let, chain = definition.body.statements
    assert let.span.text == "let x = (1 + 2) * 3"
    assert isinstance(chain, tree.Chain)
    assert [step.span.text for step in chain.steps] == ["a", "b(1, k=2)"]
    assert chain.steps[1].label is not None
    assert chain.steps[1].label.span.text == "c"
    assert [comment.span.text for comment in file.comments] == ["# note"]
    assert chain.span.text.startswith("a -> b(1, k=2)")


def test_lines_and_columns_count_from_one() -> None:
    file, _ = parse(Source("a.net", "# é\n\n  net N { }\n"))
    (definition,) = file.definitions
    assert (definition.span.line, definition.span.column) == (3, 3)
    assert (definition.name.span.line, definition.name.span.column) == (3, 7)


def test_samples_were_found() -> None:
    assert len(FILES) > 20
    assert len(CLEAN) > 12
