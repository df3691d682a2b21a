"""A program that shows a disagreement, made as small as it can be while it still shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from conformance.programs.program import Program
from netdsl.diagnostics.span import Source
from netdsl.syntax import tree
from netdsl.syntax.parser import parse

MOST_TRIES = 400


def reduce(program: Program, shows: Callable[[Program], bool]) -> Program:
    """The program without whatever it shows the same without: definitions, statements, steps, arguments."""
    tries = 0
    smaller = True
    while smaller:
        smaller = False
        for text in candidates(program.text):
            tries += 1
            if tries > MOST_TRIES:
                return program
            candidate = replace(program, text=text)
            if shows(candidate):
                program, smaller = candidate, True
                break
    return program


def candidates(text: str) -> Iterator[str]:
    """The text with one thing less, the largest first."""
    file, _ = parse(Source("<text>", text))
    cuts: list[tuple[int, int, str]] = []
    for definition in file.definitions:
        end = definition.body.span.end if definition.body is not None else definition.span.end
        cuts.append((definition.span.start, end, ""))
        if definition.body is not None:
            cuts += cuts_of(definition.body, text)
        for before, parameter in zip((None, *definition.parameters), definition.parameters, strict=False):
            cuts.append(item_cut(before, parameter, definition.parameters, text))
    for start, end, instead in sorted(cuts, key=lambda cut: len(cut[2]) - (cut[1] - cut[0])):
        yield text[:start] + instead + text[end:]


def cuts_of(body: tree.Body, text: str) -> Iterator[tuple[int, int, str]]:
    """What could be cut from statements: start, end, and what stands there instead."""
    for statement in body.statements:
        end = max([statement.span.end, *(inner.span.end for inner in bodies_of(statement))])
        yield statement.span.start, end, ""
        for inner in bodies_of(statement):
            inside = text[inner.span.start + 1 : inner.span.end - 1].strip()
            yield statement.span.start, end, inside
            yield from cuts_of(inner, text)
        if isinstance(statement, tree.Chain):
            for number, step in enumerate(statement.steps):
                if len(statement.steps) > 1:
                    following = (
                        statement.steps[number + 1].span.start if number + 1 < len(statement.steps) else None
                    )
                    before = statement.steps[number - 1] if number else None
                    start = last_of(before) if before is not None and following is None else step.span.start
                    yield start, following or last_of(step), ""
                if step.label is not None:
                    yield (
                        step.span.end if step.body is None else last_of(step, label=False),
                        step.label.span.end,
                        "",
                    )
                for before_it, argument in zip(
                    (None, *(step.arguments or ())), step.arguments or (), strict=False
                ):
                    yield item_cut(before_it, argument, step.arguments or (), text)


def last_of(step: tree.Step, *, label: bool = True) -> int:
    """Where a step ends, with its braces and its label."""
    parts = [step.shortcut or step.body or step, *([step.label] if step.label is not None and label else [])]
    return max(part.span.end for part in parts)


def bodies_of(statement: tree.Statement) -> list[tree.Body]:
    """The braces inside a statement."""
    match statement:
        case tree.Repeat(body=body) | tree.For(body=body) | tree.Branch(body=body) | tree.Output(body=body):
            return [body]
        case tree.If(arms=arms, otherwise=otherwise):
            return [*(body for _, body in arms), *([otherwise] if otherwise is not None else [])]
        case tree.Chain(steps=steps):
            return [body for step in steps for body in (step.body, step.shortcut) if body is not None]
    return []


def item_cut(
    before: tree.Node | None, item: tree.Node, items: tuple[tree.Node, ...], text: str
) -> tuple[int, int, str]:
    """An item of a list with the comma beside it."""
    if before is not None:
        return before.span.end, item.span.end, ""
    end = items[1].span.start if len(items) > 1 else item.span.end
    return item.span.start, end, ""
