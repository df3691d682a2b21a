"""The statements of a constructor that start parameters as `init` says."""

from __future__ import annotations

from netdsl.emit.instantiate import instantiate
from netdsl.emit.literals import INDENT, bracketed, literal, quoted
from netdsl.layers.kinds import Accepted
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn

    from netdsl.network.nodes import Network
    from netdsl.network.starts import Start

Call = tuple[str, str, tuple[tuple[str, Accepted], ...]]


class Condition(Record):
    """Which modules are meant: a test, and the paths that it names, by the name of a variable."""

    test: str
    paths: tuple[str, ...] = ()
    variable: str = ""


def render_starts(network: Network, starts: tuple[Start, ...], level: int) -> list[str]:
    """One loop over all modules, so that a seed draws in the order in which `instantiate` does."""
    calls: dict[str, list[Call]] = {}
    for start in starts:
        calls.setdefault(start.path, []).append((start.parameter, start.function, start.options))
    if not calls:
        return []
    modules = dict(instantiate(network, "meta").named_modules())
    groups: dict[tuple[type[nn.Module], tuple[Call, ...]], list[str]] = {}
    for path, made in calls.items():
        groups.setdefault((type(modules[path]), tuple(made)), []).append(path)
    branches: list[tuple[Condition, tuple[Call, ...]]] = []
    for number, ((kind, done), paths) in enumerate(groups.items(), 1):
        variable = f"started{number}" if len(groups) > 1 else "started"
        branches.append((condition(kind, paths, modules, variable), done))
    return [*render_paths(branches, level), *render_loop(branches, level)]


def condition(
    kind: type[nn.Module], paths: list[str], modules: dict[str, nn.Module], variable: str
) -> Condition:
    """The plainest test that is true of the modules at these paths alone."""
    shown = f"nn.{kind.__name__}" if kind.__module__.startswith("torch.nn.") else kind.__name__
    alike = [path for path, module in modules.items() if isinstance(module, kind)]
    if alike == paths:
        return Condition(f"isinstance(module, {shown})")
    if [path for path in alike if type(modules[path]) is kind] == paths:
        return Condition(f"type(module) is {shown}")
    others = [path for path in alike if path not in set(paths)]
    if len(others) < len(paths):
        variable = variable.replace("started", "others")
        return Condition(f"isinstance(module, {shown}) and path not in {variable}", tuple(others), variable)
    return Condition(f"isinstance(module, {shown}) and path in {variable}", tuple(paths), variable)


def render_paths(branches: list[tuple[Condition, tuple[Call, ...]]], level: int) -> Iterator[str]:
    """The sets of paths that the conditions name."""
    for each, _ in branches:
        if each.paths:
            names = [quoted(path) for path in each.paths]
            yield from bracketed(f"{each.variable} = {{", names, "}", level, trailing=True)


def render_loop(branches: list[tuple[Condition, tuple[Call, ...]]], level: int) -> Iterator[str]:
    """The loop, a branch for each condition."""
    indent = INDENT * level
    by_path = any(each.paths for each, _ in branches)
    yield (
        f"{indent}for path, module in self.named_modules():"
        if by_path
        else f"{indent}for module in self.modules():"
    )
    for number, (each, made) in enumerate(branches):
        yield f"{indent}{INDENT}{'elif' if number else 'if'} {each.test}:"
        for parameter, function, options in made:
            given = [f"module.{parameter}", *(f"{name}={literal(value)}" for name, value in options)]
            yield from bracketed(f"nn.init.{function}(", given, ")", level + 2)
