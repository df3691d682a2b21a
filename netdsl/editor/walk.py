"""All statements, steps and bodies of a file, in order."""

from __future__ import annotations

from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def bodies_of(statement: tree.Statement) -> Iterator[tree.Body]:
    """The braces that belong to a statement."""
    match statement:
        case tree.Chain(steps=steps):
            for step in steps:
                yield from (each for each in (step.body, step.shortcut) if each is not None)
        case tree.If(arms=arms, otherwise=otherwise):
            yield from (body for _, body in arms)
            if otherwise is not None:
                yield otherwise
        case tree.Repeat(body=body) | tree.For(body=body) | tree.Branch(body=body) | tree.Output(body=body):
            yield body


def statements(body: tree.Body) -> Iterator[tree.Statement]:
    """Every statement in braces and in the braces inside."""
    for statement in body.statements:
        yield statement
        for inner in bodies_of(statement):
            yield from statements(inner)


def all_statements(file: tree.File) -> Iterator[tree.Statement]:
    """Every statement of a file."""
    for definition in file.definitions:
        if definition.body is not None:
            yield from statements(definition.body)


def steps(file: tree.File) -> Iterator[tree.Step]:
    """Every step of a file."""
    for statement in all_statements(file):
        if isinstance(statement, tree.Chain):
            yield from statement.steps


def bodies(file: tree.File) -> Iterator[tree.Body]:
    """Every pair of braces of a file."""
    for definition in file.definitions:
        if definition.body is not None:
            yield definition.body
    for statement in all_statements(file):
        yield from bodies_of(statement)
