"""Plan to Python source: the code that a person would have written."""

from __future__ import annotations

import ast
import inspect
from functools import cache

from netdsl.emit.classes import Child, Slot, SourceClass, plan_classes, targets_of
from netdsl.emit.instantiate import module_class
from netdsl.emit.literals import INDENT, bracketed, docstring, literal
from netdsl.emit.lower import lower
from netdsl.emit.names import net_class_name
from netdsl.emit.plan import Step
from netdsl.emit.starts import render_starts
from netdsl.network.nodes import Network

# Merges without a state of their own are written as the operation they are.
OPERATIONS = {"netdsl.nn.Add": "+", "netdsl.nn.Multiply": "*"}
CONCAT = "netdsl.nn.Concat"
SLOT_NAMES = ("x", "y", "z", "u", "v", "w")
# More arguments than these are passed by name.
POSITIONAL = 3


def render(network: Network, *, standalone: bool = False) -> str:
    """Python source of a module class for a network, named after the net.

    Its modules have the same names as the ones `instantiate` makes, so that
    a state dict fits both, and a seed gives both the same weights. With
    `standalone` it imports torch alone: the classes it needs from netdsl.nn
    are copied into it. A net whose name the source needs for something else,
    such as `Tensor`, gets `Net` after it.
    """
    plan = lower(network)
    targets = targets_of(plan.root)
    needed = sorted(target for target in targets if is_ours(target))
    # A layer of an installed package stays that package's, also in a file that needs no netdsl.
    installed = sorted(target for target in targets if is_installed(target))
    taken = {target.rpartition(".")[2] for target in (*needed, *installed)}
    classes, root = plan_classes(plan.root, net_class_name(network.name, taken), taken)
    body = []
    for each in classes:
        is_root = each.name == root.class_name
        starts = render_starts(network, plan.starts, 2) if is_root else []
        body.append(render_class(each, is_root=is_root, starts=starts))
    copied = [source_of(target) for target in needed] if standalone else []
    imports = render_imports([*copied, *body], [*([] if standalone else needed), *installed])
    return "\n\n".join([f"{render_head(network)}\n\n{imports}", *copied, *body])


@cache
def source_of(target: str) -> str:
    """The source of a class of netdsl.nn."""
    return inspect.getsource(module_class(target)).rstrip() + "\n"


def is_ours(target: str) -> bool:
    """Whether a class of netdsl.nn is needed for it; merges written as operations need none."""
    return target.startswith("netdsl.nn.") and target not in OPERATIONS and target != CONCAT


def is_installed(target: str) -> bool:
    """Whether a class is of another package than torch and netdsl."""
    return not target.startswith(("torch.nn.", "netdsl.nn."))


def render_head(network: Network) -> str:
    """The module's docstring."""
    shape = f"(batch, {', '.join(map(str, network.input.shape))})"
    made = f"(batch, {', '.join(map(str, network.output.shape))})"
    settings = ", ".join(f"{name}={value}" for name, value in network.settings)
    written = f"Made by netdsl from net {network.name}({settings})."
    sizes = f"Input {shape}, output {made}, {network.parameter_count:,} parameters."
    return docstring([first_line(network.doc) or f"{network.name}.", f"{written}\n{sizes}"])


def first_line(doc: str) -> str:
    """What a comment says first."""
    return doc.splitlines()[0] if doc else ""


def render_imports(code: list[str], targets: list[str]) -> str:
    """The imports that some code needs, with the classes of these targets."""
    tree = ast.parse("\n".join(code))
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    collections = [name for name in ("Mapping", "Sequence") if name in used]
    blocks = [["from __future__ import annotations"]]
    if collections:
        blocks.append([f"from collections.abc import {', '.join(collections)}"])
    torch = ["import torch"] if "torch" in used else []
    torch += ["import torch.nn.functional as F"] if "F" in used else []
    blocks.append([*torch, "from torch import Tensor, nn"])
    by_package: dict[str, list[str]] = {}
    for target in targets:
        package, _, name = target.rpartition(".")
        by_package.setdefault(package, []).append(name)
    lines = []
    for package, names in by_package.items():
        line = f"from {package} import {', '.join(names)}"
        lines += (
            [line]
            if len(line) <= 100
            else bracketed(f"from {package} import (", names, ")", 0, trailing=True)
        )
    blocks.append(lines)
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def render_class(source: SourceClass, *, is_root: bool, starts: list[str]) -> str:
    """One class: constructor and forward."""
    doc = first_line(source.doc) or f"{'Net' if is_root else 'Block'} `{source.definition}`."
    parameters = ["self", *(f"{name}: {annotation}" for name, annotation in source.parameters)]
    inputs = ["self", *(f"{slot_name(number)}: Tensor" for number in range(source.inputs))]
    children = {child.name: child for child in source.children}
    lines = [f"class {source.name}(nn.Module):", docstring([doc], 1), ""]
    lines += bracketed("def __init__(", parameters, ") -> None:", 1)
    lines.append(f"{INDENT * 2}super().__init__()")
    for child in source.children:
        lines += render_child(child) if is_module(child) else []
    lines += starts
    made = "Tensor | tuple[Tensor, ...]" if source.outputs else "Tensor"
    lines += ["", *bracketed("def forward(", inputs, f") -> {made}:", 1)]
    for step in source.steps:
        if step.child in source.outputs:
            lines += [f"{INDENT * 2}if self.training:", *indented(render_step(step, children[step.child]))]
        else:
            lines += render_step(step, children[step.child])
    lines += render_return(source)
    return "\n".join(lines) + "\n"


def indented(lines: list[str]) -> list[str]:
    """Lines one level further in."""
    return [f"{INDENT}{line}" for line in lines]


def render_return(source: SourceClass) -> list[str]:
    """The result; before it, in training, the result with the further outputs."""
    slots = {step.child: slot_name(step.output) for step in source.steps}
    further = [slots[child] for child in source.outputs]
    result = slot_name(source.result)
    training = [
        f"{INDENT * 2}if self.training:",
        f"{INDENT * 3}return {', '.join([result, *further])}",
    ]
    return [*(training if further else []), f"{INDENT * 2}return {result}"]


def is_module(child: Child) -> bool:
    """Whether a child is a module of the source, not written as an operation."""
    return child.target not in OPERATIONS and child.target != CONCAT


def slot_name(slot: int) -> str:
    """The variable of a slot."""
    return SLOT_NAMES[slot] if slot < len(SLOT_NAMES) else f"x{slot}"


def render_step(step: Step, child: Child) -> list[str]:
    """The statement of a step."""
    inputs = [slot_name(slot) for slot in step.inputs]
    output = slot_name(step.output)
    if child.target in OPERATIONS:
        operation = f" {OPERATIONS[child.target]} "
        line = f"{INDENT * 2}{output} = {operation.join(inputs)}"
        return [line] if len(line) <= 100 else bracketed(f"{output} = (", inputs, ")", 2, between=operation)
    if child.target == CONCAT:
        dim = next((render_slot(slot) for slot in child.slots if slot.name == "dim"), "1")
        return bracketed(f"{output} = torch.cat([", inputs, f"], dim={dim})", 2)
    return bracketed(f"{output} = self.{child.name}(", inputs, ")", 2)


def render_child(child: Child) -> list[str]:
    """The statement that makes a child."""
    package, _, name = child.target.rpartition(".")
    shown = f"nn.{name}" if package == "torch.nn" else name
    # A class of this source has no package; with many parameters positions say too little.
    by_name = not package and len(child.slots) > POSITIONAL
    arguments = [
        render_slot(slot) if slot.positional and not by_name else f"{slot.name}={render_slot(slot)}"
        for slot in child.slots
    ]
    return bracketed(f"self.{child.name} = {shown}(", arguments, ")", 2)


def render_slot(slot: Slot) -> str:
    """An argument: a literal or a parameter of the class."""
    return slot.parameter if slot.parameter is not None else literal(slot.value)
