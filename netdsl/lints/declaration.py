"""What a lint is: its code, and the function that finds it."""

from __future__ import annotations

from netdsl.diagnostics.diagnostic import Code, Diagnostic
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netdsl.checker.scope.module import Module
    from netdsl.lints.graph import Graph, Use
    from netdsl.lints.options import LintOptions


class Lint(Record):
    """A kind of finding; `is_default` where it runs without being asked for."""

    code: Code
    is_default: bool = True


class NetworkLint(Lint):
    """Looks at the layers of a network.

    What it finds belongs to a layer. A step in a loop or a block makes
    several layers, and several nets may use it: with `everywhere`, it is
    only reported where all of them have it, as its remedy would change all.
    """

    find: Callable[[Graph, LintOptions], Iterable[tuple[Use | None, Diagnostic]]] = None  # type: ignore[assignment]
    everywhere: bool = False


class FileLint(Lint):
    """Looks at the tree of a file."""

    find: Callable[[Module], Iterable[Diagnostic]] = None  # type: ignore[assignment]
