"""The table costs nothing to import, and the check knows every module's own names."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

from torch import nn

import netdsl.layers
from netdsl.checker.scope.module_attributes import MODULE_ATTRIBUTES
from netdsl.nn import Graph

SLOW = ("torch", "numpy", "dataclasses", "inspect", "typing", "pydantic", "re", "importlib.metadata")


def test_layers_import_nothing_slow() -> None:
    names = [each.name for each in pkgutil.iter_modules(netdsl.layers.__path__, "netdsl.layers.")]
    assert len(names) > 10
    # Without site-packages' start-up files, which may import anything.
    program = (
        "import sys; sys.path[:0] = [p for p in sys.argv[1].split('\\n') if p]\n"
        f"import {', '.join(names)}\n"
        f"print([name for name in {SLOW!r} if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, "\n".join(sys.path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "[]"


def test_no_label_can_hide_an_attribute_of_a_module() -> None:
    missing = {name for name in dir(nn.Sequential()) if not name.startswith("__")} - MODULE_ATTRIBUTES
    assert not missing, sorted(missing)


def test_no_label_can_hide_an_attribute_of_a_graph() -> None:
    graph = Graph({"only": nn.Identity()}, [("only", (0,), 0)])
    # A child of this name would take the place of what the container keeps there.
    assert {name for name in dir(graph) if not name.startswith("__")} - {"only"} <= MODULE_ATTRIBUTES
