"""The steps of a chain: layers, merges, blocks and nets."""

from __future__ import annotations

import keyword
import re
from functools import cache

import torch
from torch import nn

import netdsl.nn
from conformance.programs.reference import merges, torch_layers
from conformance.programs.reference.bounds import TooLargeError, is_shortage
from conformance.programs.reference.calls import options_of
from conformance.programs.reference.machine import Machine
from conformance.programs.reference.rules import (
    is_beyond_memory,
    layer_refuses,
    merge_refuses,
    options_refuse,
)
from conformance.programs.reference.scopes import Frame, Part, Scope
from conformance.programs.reference.tape import TooLongError, Use
from conformance.programs.reference.values import Flow, Given, LayerValue, RefusedError, Value, no
from netdsl.layers.declaration import Merge
from netdsl.layers.table import BUILT_IN
from netdsl.syntax import tree


def run_step(machine: Machine, step: tree.Step, frame: Frame) -> None:
    """Send the value that flows through a step."""
    target = target_of(machine, step, frame)
    if frame.flow is None:
        raise no("nothing flows in", step)
    label = label_of(step, frame)
    if target.definition is None and isinstance(BUILT_IN[target.name], Merge):
        if step.body is None:
            made = run_taps(machine, step, target, frame, label)
        else:
            made = run_merge(machine, step, target, frame, label)
    elif step.body is not None:
        raise no("braces after something that is no merge", step.body)
    else:
        given = (*target.arguments, *machine.evaluator.arguments(step.arguments or (), frame, target))
        if target.definition is None:
            made = run_layer(machine, step, target.name, given, frame, label)
        else:
            made = run_definition(machine, step, target, given, frame, label)
    frame.flow = made
    if step.label is not None:
        frame.scope.labels[step.label.name] = made


def target_of(machine: Machine, step: tree.Step, frame: Frame) -> LayerValue:
    """What a step uses: a name's layer, or that of the table or the file."""
    value = frame.scope.value(step.name.name)
    if value is None:
        return machine.evaluator.layer(step.name)
    if not isinstance(value, LayerValue):
        raise no("a value that is no layer", step)
    return value


@cache
def is_attribute(name: str) -> bool:
    """Whether every module has something of this name."""
    return any(hasattr(module, name) for module in (nn.Sequential(), netdsl.nn.Graph({}, [])))


def label_of(step: tree.Step, frame: Frame) -> str | None:
    """The module's name by its label; in loops with the number of the turn."""
    return name_of(step.label, frame) if step.label is not None else None


def name_of(label: tree.Name, frame: Frame) -> str:
    """The module's name by a name that was given; in loops with the number of the turn."""
    if keyword.iskeyword(label.name) or is_attribute(label.name):
        raise no("a label that no module can have", label)
    return label.name + "_".join(map(str, frame.turns))


def take_name(step: tree.Step, part: Part, kind: str, label: str | None) -> str:
    """The full name of a step's module."""
    name = part.name(kind, label)
    if name is None:
        raise no(f"two steps are called `{label}`", step.label or step)
    return part.prefix + name


def run_module(
    machine: Machine, step: tree.Step, layer: str, options: dict[str, Value], flows: list[Flow]
) -> Flow:
    """Make a module and run it; what torch raises is its refusal."""
    run = machine.run
    run.uses.append(Use(layer, flows[0].layout, flows[0].rank, options))
    is_merge = isinstance(BUILT_IN[layer], Merge)
    reason = merge_refuses(layer, flows) if is_merge else layer_refuses(layer, flows[0], options)
    if reason is not None:
        raise no(reason, step)
    run.hold(layer, options, flows[0])
    try:
        with torch.device(run.device):
            if is_merge:
                module = merges.make(layer, flows, options)
            else:
                module = torch_layers.make(layer, flows[0], options, overwriting=run.overwriting)
        tensor, number = run.apply("", layer, module, flows)
    except (TooLargeError, TooLongError):
        raise
    except Exception as error:  # whatever torch raises, it refuses
        if is_shortage(error) and run.device != "meta":
            raise TooLargeError from None
        raise RefusedError("torch", f"{layer}: {type(error).__name__}: {error}", step.span) from None
    if is_beyond_memory(tensor, module):
        raise no("a tensor that no machine holds", step)
    layout = flows[0].layout if is_merge else torch_layers.layout_behind(layer, flows[0], tensor)
    return Flow(tensor, layout, number)


def expect_options(step: tree.Step, merge: str, options: dict[str, Value]) -> None:
    """Options of a merge are right before its branches are run. Raises `RefusedError`."""
    reason = options_refuse(merge, options)
    if reason is not None:
        raise no(reason, step)


def run_layer(
    machine: Machine, step: tree.Step, layer: str, given: tuple[Given, ...], frame: Frame, label: str | None
) -> Flow:
    """A layer of the table."""
    assert frame.flow is not None
    options = options_of(step, layer, given)
    made = run_module(machine, step, layer, options, [frame.flow])
    finish(machine, take_name(step, frame.part, layer, label), frame.part)
    return made


def finish(machine: Machine, name: str, part: Part) -> None:
    """Name the last module of the tape, and say which part it is of."""
    machine.run.entries[-1].name = name
    machine.parts.append(part)


def run_merge(machine: Machine, step: tree.Step, target: LayerValue, frame: Frame, label: str | None) -> Flow:
    """A merge of branches; with a label it is a part of its own."""
    given = (*target.arguments, *machine.evaluator.arguments(step.arguments or (), frame, target))
    options = options_of(step, target.name, given)
    expect_options(step, target.name, options)
    if step.shortcut is not None and target.name != "residual":
        raise no("a shortcut of another merge", step.shortcut)
    part = Part(f"{frame.part.prefix}{label}.", frame.part) if label is not None else frame.part
    inside = frame.braces(part=part if label is not None else None)
    flows = machine.branches(step, target.name, inside)
    if len(flows) < 2:
        raise no("a merge of fewer than two values", step)
    if target.name == "residual" and machine.positive(options.get("drop_path", 0.0)):
        flows[0] = run_module(machine, step, "drop_path", {"p": options["drop_path"]}, flows[:1])
        finish(machine, take_name(step, part, "drop_path", None), part)
    made = run_module(machine, step, target.name, options, flows)
    finish(machine, take_name(step, part, target.name, None), part)
    if label is not None:
        machine.run.parts[take_name(step, frame.part, target.name, label)] = made.shape
    return made


def run_taps(machine: Machine, step: tree.Step, target: LayerValue, frame: Frame, label: str | None) -> Flow:
    """A merge of the value that flows in and labelled ones."""
    assert frame.flow is not None
    flows = [frame.flow]
    if target.name == "residual":
        raise no("a residual without a body", step)
    named = []
    for argument in step.arguments or ():
        if argument.name is not None:
            named.append(argument)
            continue
        word = argument.value
        tap = frame.scope.label(word.name) if isinstance(word, tree.Name) else None
        if tap is None:
            raise no("no label", step)
        flows.append(tap)
    given = (*target.arguments, *machine.evaluator.arguments(tuple(named), frame, target))
    options = options_of(step, target.name, given)
    expect_options(step, target.name, options)
    if len(flows) < 2:
        raise no("a merge of one value", step)
    made = run_module(machine, step, target.name, options, flows)
    finish(machine, take_name(step, frame.part, target.name, label), frame.part)
    return made


def run_definition(
    machine: Machine,
    step: tree.Step,
    target: LayerValue,
    given: tuple[Given, ...],
    frame: Frame,
    label: str | None,
) -> Flow:
    """A block, or a net used as one: a part of its own."""
    assert target.definition is not None
    definition, bound = machine.base_of(step, target.definition, given, frame.flow)
    if definition.name.name in machine.active:
        raise no("a block inside itself", step)
    kind = snake_case(target.name)
    inside = Frame(Scope(), Part("", frame.part), frame.flow, (), frame.depth + 1)
    start, outer = len(machine.run.entries), machine.run.parts
    machine.run.parts = {}
    machine.active.append(definition.name.name)
    machine.bind(step, definition, bound, inside)
    machine.statements(machine.body_of(definition), inside)
    machine.active.pop()
    assert inside.flow is not None
    name = take_name(step, frame.part, kind, label)
    for entry in machine.run.entries[start:]:
        entry.name = f"{name}.{entry.name}"
    own = {f"{name}.{key}": shape for key, shape in machine.run.parts.items()}
    machine.run.parts = {**outer, **own, name: inside.flow.shape}
    return inside.flow


def run_output(machine: Machine, statement: tree.Output, frame: Frame) -> None:
    """A further output: a part of its own, which runs in training alone; what flows on is unchanged."""
    if frame.part.around is not None:
        raise no("an output of something other than the network", statement)
    if frame.flow is None:
        raise no("nothing flows in", statement)
    label = name_of(statement.name, frame)
    name = frame.part.name("output", label)
    if name is None:
        raise no(f"two steps are called `{label}`", statement.name)
    start = len(machine.run.entries)
    inside = frame.braces(part=Part(f"{name}.", frame.part))
    machine.statements(statement.body, inside)
    assert inside.flow is not None
    machine.run.parts[name] = inside.flow.shape
    machine.run.further.append(inside.flow.number)
    for entry in machine.run.entries[start:]:
        entry.in_training_alone = True


def snake_case(name: str) -> str:
    """`InvertedResidual` as `inverted_residual`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
