"""Plan to a live nn.Module, made of importable classes alone."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import nullcontext
from functools import cache
from importlib import import_module

import torch
from torch import nn

from netdsl.emit.lower import lower
from netdsl.emit.plan import Container, Leaf
from netdsl.layers.outcome import Constructor
from netdsl.network.nodes import Network
from netdsl.network.starts import Start
from netdsl.nn import Graph


def instantiate(network: Network, device: torch.device | str | None = None) -> nn.Module:
    """A network's module, its parameters started as torch's layers and the `init` statements say.

    Parameters are drawn in the order of the file, so a seed gives the same
    weights as the same layers written by hand. `device` is where they are
    made (`"meta"` for shapes alone).
    """
    plan = lower(network)
    # Without a device, the one that a caller's `with torch.device(...)` sets stays.
    with torch.device(device) if device is not None else nullcontext():
        module = build(plan.root)
        for start in plan.starts:
            apply_start(module, start)
    return module


def build(container: Container) -> nn.Module:
    """A plain `nn.Sequential` where values flow straight through, else a `Graph`."""
    children: OrderedDict[str, nn.Module] = OrderedDict()
    for name, child in container.children:
        children[name] = construct(child.constructor) if isinstance(child, Leaf) else build(child)
    if container.is_sequential:
        return nn.Sequential(children)
    wiring = [(step.child, step.inputs, step.output) for step in container.steps]
    return Graph(children, wiring, container.result, container.outputs)


@cache
def module_class(target: str) -> type[nn.Module]:
    """The class that a dotted path names."""
    package, _, name = target.rpartition(".")
    found: type[nn.Module] = getattr(import_module(package), name)
    return found


def construct(constructor: Constructor) -> nn.Module:
    """Make one module."""
    return module_class(constructor.target)(*constructor.arguments, **dict(constructor.keywords))


def apply_start(module: nn.Module, start: Start) -> None:
    """Start a parameter by its scheme of torch.nn.init."""
    parameter = getattr(module.get_submodule(start.path), start.parameter)
    getattr(nn.init, start.function)(parameter, **dict(start.options))
