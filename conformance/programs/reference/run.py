"""Runs a whole program: the net of a file, with settings."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from conformance.programs.reference.bounds import TooLargeError
from conformance.programs.reference.machine import Machine
from conformance.programs.reference.scopes import Frame, Part, Scope
from conformance.programs.reference.starts import apply_starts
from conformance.programs.reference.tape import Run
from conformance.programs.reference.values import Given, RefusedError, Value, no
from netdsl.diagnostics.span import Source
from netdsl.syntax import tree
from netdsl.syntax.parser import parse_expression

SEED = 7


def seed() -> None:
    """Begin the draws anew. `torch.manual_seed` does the same, and looks for graphics cards at length."""
    torch.default_generator.manual_seed(SEED)


def run_file(file: tree.File, net: str, settings: Mapping[str, str]) -> Run:
    """What a net of a file does with these settings; where it is refused, the run says so.

    Runs on real tensors, or on torch's meta device where these would be too large. Raises
    `TooLongError` where it has too many steps to be run.
    """
    try:
        return run_on("cpu", file, net, settings)
    except TooLargeError:
        return run_on("meta", file, net, settings)


def run_on(
    device: str, file: tree.File, net: str, settings: Mapping[str, str], *, overwriting: bool = False
) -> Run:
    """The same on a device; parameters are drawn from the seed. See `Run` for `overwriting`."""
    run = Run(device, overwriting)
    seed()
    try:
        with torch.no_grad():
            start(file, net, settings, run)
    except RefusedError as error:
        run.refused = error
    return run


def start(file: tree.File, net: str, settings: Mapping[str, str], run: Run) -> None:
    """Run the net; raises `RefusedError`."""
    definitions = named_definitions(file)
    machine = Machine(definitions, run)
    definition = definitions.get(net)
    if definition is None or definition.kind != "net":
        raise RefusedError("language", f"no net `{net}`", file.source.span(0, 0))
    given = [Given(name, read_setting(machine, definition, name, text)) for name, text in settings.items()]
    try:
        base, bound = machine.base_of(definition, definition, given, None)
        frame = Frame(Scope(), Part(""), None)
        machine.active.append(base.name.name)
        machine.bind(None, base, bound, frame)
        machine.statements(machine.body_of(base), frame)
        if frame.flow is None:
            raise no("a net without an input", base)
        run.result = frame.flow.number
        apply_starts(run.entries, machine.parts)
    finally:
        run.expressions = machine.evaluator.seen


def read_setting(machine: Machine, definition: tree.Definition, name: str, text: str) -> Value:
    """The value of a setting, a text of the language."""
    expression, mistakes = parse_expression(Source("<setting>", text))
    if expression is None or mistakes:
        raise no("a setting that is no value", definition)
    return machine.evaluator.value(expression, Frame(Scope(), Part(""), None))


def named_definitions(file: tree.File) -> dict[str, tree.Definition]:
    """The nets and blocks of a file by name; raises `RefusedError` on a name that can't be."""
    found: dict[str, tree.Definition] = {}
    for definition in file.definitions:
        name = definition.name
        if name.name in found:
            raise no("two definitions of a name", name)
        if not name.name[0].isupper():
            raise no("a name without a capital", name)
        found[name.name] = definition
    if file.uses:
        raise no("a text can't use files", file.uses[0])
    return found
