"""Plan to Python source: the code that a person would have written."""

from __future__ import annotations

import inspect
import textwrap

from netdsl.emit.classes import Child, Slot, SourceClass, plan_classes
from netdsl.emit.instantiate import instantiate, module_class
from netdsl.emit.lower import lower
from netdsl.emit.plan import Start, Step
from netdsl.layers.kinds import Accepted
from netdsl.network.nodes import Network

# Merges without a state of their own are written as the operation they are.
OPERATIONS = {"netdsl.nn.Add": " + ", "netdsl.nn.Multiply": " * "}
CONCAT = "netdsl.nn.Concat"
SLOT_NAMES = ("x", "y", "z", "u", "v", "w")
INDENT = "    "


def render(network: Network, *, standalone: bool = False) -> str:
    """Python source of a module class for a network, named after the net.

    Its modules have the same names as the ones `instantiate` makes, so that
    a state dict fits both. With `standalone` it imports torch alone: the
    classes it needs from netdsl.nn are copied into it.
    """
    plan = lower(network)
    classes, root = plan_classes(plan.root, network.name)
    body = [render_class(each, is_root=each.name == root.class_name, starts="") for each in classes[:-1]]
    starts = render_starts(network, plan.starts)
    body.append(render_class(classes[-1], is_root=True, starts=starts))
    needed = sorted({child.target for each in classes for child in each.children if is_ours(child.target)})
    copied = [inspect.getsource(module_class(target)).rstrip() + "\n" for target in needed] if standalone else []
    # A layer of an installed package stays that package's, also in a file that needs no netdsl.
    installed = sorted({child.target for each in classes for child in each.children if is_installed(child.target)})
    head = render_header(network, copied, [] if standalone else needed, installed, body)
    return "\n\n".join([head, *copied, *body])


def is_ours(target: str) -> bool:
    """Whether a class of netdsl.nn is needed for it; merges written as operations need none."""
    return target.startswith("netdsl.nn.") and target not in OPERATIONS and target != CONCAT


def is_installed(target: str) -> bool:
    """Whether a class is of another package than torch and netdsl; classes of the source have no package."""
    return "." in target and not target.startswith(("torch.nn.", "netdsl.nn."))


def render_header(
    network: Network, copied: list[str], needed: list[str], installed: list[str], body: list[str]
) -> str:
    """The module's docstring and imports."""
    shape = f"(batch, {', '.join(map(str, network.input.shape))})"
    made = f"(batch, {', '.join(map(str, network.output.shape))})"
    doc = [f'"""{network.doc.splitlines()[0] if network.doc else network.name}'.replace("\\", "\\\\"), ""]
    settings = ", ".join(f"{name}={value}" for name, value in network.settings)
    doc.append(f"Made by netdsl from net {network.name}({settings}).".replace("\\", "\\\\"))
    doc.append(f"Input {shape}, output {made}, {network.parameter_count:,} parameters.")
    doc.append('"""')
    code = "\n".join([*copied, *body])
    imports = ["import torch"] if "torch." in code else []
    if "F." in code and copied:
        imports.append("import torch.nn.functional as F")
    imports.append("from torch import Tensor, nn")
    if any(name in text for text in copied for name in ("Mapping", "Sequence")):
        imports.insert(0, "from collections.abc import Mapping, Sequence\n")
    ours = [target.rpartition(".")[2] for target in needed]
    if ours:
        imports.append(f"\nfrom netdsl.nn import {', '.join(ours)}")
    imports.extend(f"from {target.rpartition('.')[0]} import {target.rpartition('.')[2]}" for target in installed)
    return "\n".join([*doc, "", "from __future__ import annotations", "", *imports]) + "\n"


def render_class(source: SourceClass, *, is_root: bool, starts: str) -> str:
    """One class: constructor and forward."""
    doc = source.doc.splitlines()[0] if source.doc else f"{'Net' if is_root else 'Block'} `{source.definition}`."
    parameters = "".join(f", {name}" for name in source.parameters)
    lines = [f"class {source.name}(nn.Module):"]
    lines.append(f'{INDENT}"""{doc}"""'.replace("\\", "\\\\"))
    lines.append("")
    lines.append(f"{INDENT}def __init__(self{parameters}):")
    lines.append(f"{INDENT * 2}super().__init__()")
    lines.extend(f"{INDENT * 2}self.{child.name} = {render_call(child)}" for child in source.children if is_module(child))
    if starts:
        lines.append(textwrap.indent(starts, INDENT * 2))
    inputs = ", ".join(f"{slot_name(number)}: Tensor" for number in range(source.inputs))
    lines.append("")
    lines.append(f"{INDENT}def forward(self, {inputs}) -> Tensor:")
    children = {child.name: child for child in source.children}
    lines.extend(f"{INDENT * 2}{render_step(step, children[step.child])}" for step in source.steps)
    lines.append(f"{INDENT * 2}return {slot_name(source.result)}")
    return "\n".join(lines) + "\n"


def is_module(child: Child) -> bool:
    """Whether a child is a module of the source, not written as an operation."""
    return child.target not in OPERATIONS and child.target != CONCAT


def slot_name(slot: int) -> str:
    """The variable of a slot."""
    return SLOT_NAMES[slot] if slot < len(SLOT_NAMES) else f"x{slot}"


def render_step(step: Step, child: Child) -> str:
    """The statement of a step."""
    inputs = [slot_name(slot) for slot in step.inputs]
    output = slot_name(step.output)
    if child.target in OPERATIONS:
        return f"{output} = {OPERATIONS[child.target].join(inputs)}"
    if child.target == CONCAT:
        dim = next((render_slot(slot) for slot in child.slots if slot.name == "dim"), "1")
        return f"{output} = torch.cat([{', '.join(inputs)}], dim={dim})"
    return f"{output} = self.{child.name}({', '.join(inputs)})"


def render_call(child: Child) -> str:
    """The expression that makes a child."""
    package, _, name = child.target.rpartition(".")
    shown = f"nn.{name}" if package == "torch.nn" else name
    plain = [slot for slot in child.slots if slot.positional]
    named = [slot for slot in child.slots if not slot.positional]
    arguments = [render_slot(slot) for slot in plain] + [f"{slot.name}={render_slot(slot)}" for slot in named]
    return f"{shown}({', '.join(arguments)})"


def render_slot(slot: Slot) -> str:
    """An argument: a literal or a parameter of the class."""
    return slot.parameter if slot.parameter is not None else repr(slot.value)


def render_starts(network: Network, starts: tuple[Start, ...]) -> str:
    """The statements that start parameters: a loop over a class where all its modules start alike."""
    groups: dict[tuple[str, str, tuple[tuple[str, Accepted], ...]], list[str]] = {}
    for start in starts:
        groups.setdefault((start.parameter, start.function, start.options), []).append(start.path)
    if not groups:
        return ""
    modules = dict(instantiate(network, "meta").named_modules())
    lines = []
    for (parameter, function, options), paths in groups.items():
        extra = "".join(f", {name}={value!r}" for name, value in options)
        kind = type(modules[paths[0]])
        alike = [path for path, module in modules.items() if isinstance(module, kind)]
        if alike == paths and kind.__module__.startswith("torch.nn"):
            lines.append("for module in self.modules():")
            lines.append(f"{INDENT}if isinstance(module, nn.{kind.__name__}):")
            lines.append(f"{INDENT * 2}nn.init.{function}(module.{parameter}{extra})")
        else:
            lines.append(f"for path in {paths!r}:")
            lines.append(f"{INDENT}nn.init.{function}(self.get_submodule(path).{parameter}{extra})")
    return "\n".join(lines)


