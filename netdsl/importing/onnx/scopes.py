"""Which nodes belonged to one module, from what exporters write down of them.

Torch's exporter by `torch.export` names each module around a node and its
class. The older one, by TorchScript, has the modules' paths in the nodes'
names: there, modules whose names differ in numbers alone are taken for uses
of one class. So are the blocks of netdsl's own exports, whose classes are
all `Graph`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from netdsl.importing.model import Scope
from netdsl.importing.onnx.graph import Node

PATHS, CLASSES = "pkg.torch.onnx.name_scopes", "pkg.torch.onnx.class_hierarchy"
LONGEST = 10_000
CONTAINERS = ("Sequential", "ModuleList", "ModuleDict")
LAYERS = ("torch.nn.", "aten.", "torchvision.ops.stochastic_depth")
Around = list[tuple[str, str]]


class Scopes:
    """The scopes of all nodes; a scope is the same object for all nodes in it."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        around = filled(nodes, [modules_around(node) for node in nodes])
        inner = {path for each in around for path, _ in each}
        numbered = {path.rpartition(".")[0] for path in inner if path.rpartition(".")[2].isdigit()}
        self.known: dict[tuple[str, ...], Scope] = {}
        self.scopes = {
            node.number: self.scope(each, numbered) for node, each in zip(nodes, around, strict=True)
        }

    def of(self, node: Node) -> Scope | None:
        """The innermost scope of a node."""
        return self.scopes.get(node.number)

    def scope(self, around: Around, numbered: set[str]) -> Scope | None:
        """The scope of the modules around a node; `numbered` are the paths of what only counts others."""
        made: Scope | None = None
        paths: tuple[str, ...] = ()
        for path, kind in around:
            paths = (*paths, path)
            if paths not in self.known:
                is_container = kind in CONTAINERS or (not kind and path in numbered)
                name = "" if is_container else kind or kind_of(path)
                self.known[paths] = Scope(name, path, made, not name)
            made = self.known[paths]
        return made


def filled(nodes: Sequence[Node], around: Sequence[Around | None]) -> list[Around]:
    """The modules around each node; one that optimization has made stands where it is read."""
    made: list[Around] = [each or [] for each in around]
    readers = {name: place for place, node in reversed(list(enumerate(nodes))) for name in node.inputs}
    for place in reversed(range(len(nodes))):
        reader = next((readers[name] for name in nodes[place].outputs if name in readers), None)
        if around[place] is None and reader is not None:
            made[place] = made[reader]
    return made


def modules_around(node: Node) -> Around | None:
    """The path and class of each module of the user's around a node, None where the file says nothing.

    The class is empty where the file has no more than the path.
    """
    paths = listed(node.properties.get(PATHS, ""))
    if paths:
        classes = listed(node.properties.get(CLASSES, ""))
        pairs = zip(paths[:-1], classes, strict=False)
        return [(path, class_name(path, each)) for path, each in pairs if path and is_module(each)]
    parts = node.name[:LONGEST].split("/")
    return [(path, "") for path in parts[1:-1] if path] if node.name.startswith("/") else None


def listed(text: str) -> list[str]:
    """The strings of a list as Python prints it."""
    return re.findall(r"'([^']*)'", text[:LONGEST])


def is_module(kind: str) -> bool:
    """Whether a class is a module that may hold others: not a layer of torch's or netdsl's."""
    name = kind.rpartition(".")[2]
    if kind.startswith("netdsl.nn."):
        return name == "Graph"
    return name in CONTAINERS or not kind.startswith(LAYERS)


def class_name(path: str, kind: str) -> str:
    """The name of a class; none for what stands for many blocks."""
    name = kind.rpartition(".")[2]
    is_block = re.search(r"[a-z]\d+$", path) is not None
    if kind.startswith("netdsl.nn.") or (name in CONTAINERS and is_block and "_" in path.rpartition(".")[2]):
        return ""
    return name


def kind_of(path: str) -> str:
    """What a class may be called, from the path of a module: BasicUnit for `basic_unit3`."""
    parts = [re.sub(r"_?\d+[a-z]?$|^\d+$", "", part) for part in path.split(".")]
    named = [part for part in parts if part]
    words = re.split(r"_+", re.sub(r"\W", "_", named[-1])) if named else []
    return "".join(word[:1].upper() + word[1:] for word in words)
