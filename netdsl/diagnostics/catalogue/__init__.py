"""Every kind of finding: its code, what it means, and an example of wrong and right.

E1xx syntax, E2xx shapes, E3xx names and arguments, E4xx values, E5xx
structure, E6xx files and the command line, E7xx recipes, E8xx data,
E9xx experiment files. The lints have the same numbers: W2xx shapes, W3xx
names, W5xx structure.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.diagnostics.diagnostic import Code

FAMILIES = ("syntax", "shapes", "names", "values", "structure", "files", "recipes", "data", "experiments")
LINTS = {"lint_maps": 2, "lint_names": 3, "lint_order": 5}


def all_codes() -> dict[str, Code]:
    """Every code by its identifier, in order."""
    from importlib import import_module

    modules = (import_module(f"netdsl.diagnostics.catalogue.{family}") for family in (*FAMILIES, *LINTS))
    return {code.id: code for module in modules for code in module.ALL}
