"""What a file is made of, and what of it can be folded."""

from __future__ import annotations

from netdsl.diagnostics.span import Span
from netdsl.editor import symbols as kinds
from netdsl.editor.documentation import header
from netdsl.editor.hints import end_of
from netdsl.editor.walk import bodies, statements
from netdsl.record import Record
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Entry(Record):
    """A net or block with its parameters and labels; `span` is all of it, `name_span` its name."""

    name: str
    kind: str
    detail: str
    span: Span
    name_span: Span
    children: tuple[Entry, ...] = ()


def outline(file: tree.File) -> tuple[Entry, ...]:
    """The definitions of a file."""
    return tuple(of_definition(each) for each in file.definitions)


def of_definition(definition: tree.Definition) -> Entry:
    """A net or block."""
    whole = definition.span.to(definition.body.span) if definition.body is not None else definition.span
    detail = (
        header(definition).split("\n")[0].removeprefix(f"{definition.kind} {definition.name.name}").strip()
    )
    parameters = [
        Entry(each.name.name, kinds.PARAMETER, each.span.text.split("\n")[0], each.span, each.name.span)
        for each in definition.parameters
    ]
    inside = list(named_inside(definition.body)) if definition.body is not None else []
    return Entry(
        definition.name.name,
        definition.kind,
        detail,
        whole,
        definition.name.span,
        (*parameters, *inside),
    )


def named_inside(body: tree.Body) -> Iterator[Entry]:
    """The values, labelled steps and outputs of a body, inner ones included."""
    for statement in statements(body):
        if isinstance(statement, tree.Let):
            name = statement.name
            yield Entry(name.name, kinds.LET, statement.value.span.text, statement.span, name.span)
        elif isinstance(statement, tree.Output):
            name = statement.name
            yield Entry(name.name, kinds.OUTPUT, "", statement.span.to(statement.body.span), name.span)
        elif isinstance(statement, tree.Chain):
            for step in statement.steps:
                if step.label is not None:
                    whole = step.span.replace(end=end_of(step))
                    yield Entry(step.label.name, kinds.LABEL, step.span.text, whole, step.label.span)


class Fold(Record):
    """Lines, from 1, that can be folded; `is_comment` where they are comments."""

    first: int
    last: int
    is_comment: bool = False


def folds(file: tree.File) -> list[Fold]:
    """Braces over several lines, and runs of comments."""
    found: list[Fold] = []
    for body in bodies(file):
        first, last = body.span.line, file.source.position(body.span.end)[0]
        if last - 1 > first:
            # The line of the closing brace stays.
            found.append(Fold(first, last - 1))
    return sorted([*found, *comment_folds(file)], key=lambda each: (each.first, -each.last))


def comment_folds(file: tree.File) -> Iterator[Fold]:
    """Runs of lines that are comments alone."""
    source = file.source
    lines = [
        comment.span.line
        for comment in file.comments
        if not source.line(comment.span.line)[: comment.span.column - 1].strip()
    ]
    begin = 0
    for index, line in enumerate(lines):
        if index + 1 == len(lines) or lines[index + 1] != line + 1:
            if index > begin:
                yield Fold(lines[begin], line, True)
            begin = index + 1
