"""Where the modules of a file's nodes stand: as in the model that was exported, if the file says it."""

from __future__ import annotations

import re

from torch import nn

from netdsl.importing.onnx.graph import Node

DEEPEST = 20


def path_of(node: Node) -> str:
    """The path of a module from the name of its weight, or of its node; empty where neither is one."""
    names = [*node.inputs[1:2], *node.inputs[2:3]]
    for name in names:
        path, dot, last = name.rpartition(".")
        if dot and last in ("weight", "bias") and is_path(path):
            return path
    parts = [part for part in node.name.split("/")[1:-1] if part]
    return parts[-1] if parts and is_path(parts[-1]) else ""


def is_path(text: str) -> bool:
    """Whether a text can be the path of a module."""
    parts = text.split(".")
    return len(parts) <= DEEPEST and all(re.fullmatch(r"[A-Za-z0-9_]{1,60}", part) for part in parts)


def placed(root: nn.Module, path: str, other: str, module: nn.Module) -> str:
    """Put a module at a path, or where that is taken at another; the one that it was."""
    around = root
    *parents, last = path.split(".")
    for name in parents if path else ():
        child = around._modules.get(name)
        if child is None and hasattr(around, name):
            break
        if child is None:
            child = nn.Module()
            around.add_module(name, child)
        around = child
    else:
        if last and not hasattr(around, last):
            around.add_module(last, module)
            return path
    root.add_module(other, module)
    return other
