"""The Python interface: `netdsl.check`, `netdsl.load` and `netdsl.train`."""

from __future__ import annotations

import os

from netdsl.checker import CheckResult, check_source, find_file, read_source
from netdsl.checker.values import as_settings
from netdsl.diagnostics import Source
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.diagnostics.render import render_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from torch import nn

    from netdsl.training import ImageDataset, Recipe, Run

    # What a parameter of a net can be given from Python; a string is a text of the language.
    Setting: TypeAlias = "int | float | bool | str | list[Setting] | tuple[Setting, ...]"



class NetError(ValueError):
    """A network that can't be built; `diagnostics` say why, and so does the message."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("\n" + render_text(diagnostics))
        self.diagnostics = diagnostics


def split_spec(spec: str) -> tuple[str, str | None]:
    """`file.net:Name` as file and net; a colon of a Windows drive is part of the file."""
    file, colon, net = spec.rpartition(":")
    if colon and net.isidentifier() and not (len(file) == 1 and os.sep == "\\"):
        return file, net
    return spec, None


def check(text: str, net: str | None = None, **settings: Setting) -> CheckResult:
    """Check the text of a `.net` file; its diagnostics, and its networks where there is no error.

    `settings` are values of the net's parameters. A string is a text of the
    language: `act="leaky_relu(0.1)"`.
    """
    return check_source(Source("<text>", text), net, as_settings(settings))


def check_file(spec: str, settings: dict[str, str] | None = None, *, every: bool = False) -> CheckResult:
    """Check a file, `FILE:Net` or a packaged architecture by its name."""
    name, net = split_spec(spec) if not os.path.lexists(spec) else (spec, None)
    try:
        path = find_file(name)
        source = read_source(path)
    except DiagnosticError as error:
        return CheckResult((), (error.diagnostic,))
    folder = os.path.dirname(os.path.abspath(path))
    return check_source(source, net, settings, folder, every=every and net is None)


def load(path: str | os.PathLike[str], net: str | None = None, **settings: Setting) -> nn.Module:
    """The PyTorch module of a `.net` file, `FILE:Net` or a packaged architecture.

    `settings` give values to the net's parameters: `load("lenet5.net",
    classes=100, act="tanh")`; a string is a text of the language. Raises
    `NetError`, which carries the diagnostics.
    """
    from netdsl.emit import instantiate

    spec = os.fspath(path) + (f":{net}" if net else "")
    result = check_file(spec, as_settings(settings))
    if result.network is None:
        raise NetError(result.diagnostics)
    return instantiate(result.network)


def train(
    model: nn.Module | str | os.PathLike[str],
    dataset: ImageDataset,
    recipe: Recipe,
    out: str | os.PathLike[str] | None = None,
) -> Run:
    """Train a module, or the network of a file, on a data set by a recipe; see `netdsl.training`."""
    from pathlib import Path

    from netdsl.training import train as train_module

    module = load(model) if isinstance(model, str | os.PathLike) else model
    return train_module(module, dataset, recipe, Path(out) if out is not None else None)
