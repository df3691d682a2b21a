"""The Python interface: `netdsl.check`, `netdsl.load` and `netdsl.train`."""

from __future__ import annotations

import os

from netdsl.checker import CheckResult, check_source, find_file, read_source
from netdsl.checker.values import as_settings, from_python
from netdsl.diagnostics import Source
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.diagnostics.render import render_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import TypeAlias

    from torch import nn
    from typing_extensions import TypeIs

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


def path_of(spec: str) -> str:
    """The path of the file that `FILE`, `FILE:Net` or a packaged name leads to.

    Raises `DiagnosticError` where there is none.
    """
    return find_file(spec if os.path.lexists(spec) else split_spec(spec)[0])


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
    data: ImageDataset | str | os.PathLike[str] = "shapes",
    recipe: Recipe | None = None,
    out: str | os.PathLike[str] | None = None,
    **keys: Setting,
) -> Run:
    """Train a module, or the network of a file, on images; the run, with its folder and result.

    `data` is a dataset, or what `--data` takes: a folder, a `.npz` file or
    the name of a set. The recipe is given whole or by its keys:
    `train("lenet5", "shapes", epochs=3, learning_rate=0.01)`. The run folder
    is `out`, or a new one under `runs`. Raises `NetError`, which carries the
    diagnostics, where network, recipe or data have errors.
    """
    from netdsl.training import load_dataset, load_recipe
    from netdsl.training import train as train_module

    if recipe is None:
        texts = {name: from_python(value) for name, value in keys.items()}
        recipe, wrong = load_recipe(None, "<recipe>", texts)
        if recipe is None:
            raise NetError(tuple(wrong))
    elif keys:
        raise TypeError("give a recipe or its keys, not both")
    name, shape, module = prepare(model, recipe.seed)
    try:
        dataset = load_dataset(os.fspath(data), None, recipe.image_options) if is_path(data) else data
        return train_module(module, dataset, recipe, as_path(out), name=name, input_shape=shape)
    except DiagnosticError as error:
        raise NetError((error.diagnostic,)) from None


def prepare(
    model: nn.Module | str | os.PathLike[str], seed: int
) -> tuple[str, tuple[int, ...] | None, nn.Module]:
    """Name, input shape and module of what is to be trained; a file's weights are drawn from the seed."""
    if not is_path(model):
        return type(model).__name__.lower(), None, model
    result = check_file(os.fspath(model))
    if result.network is None:
        raise NetError(result.diagnostics)
    import torch

    from netdsl.emit import instantiate

    torch.manual_seed(seed)
    return result.network.name.lower(), result.network.input.shape, instantiate(result.network)


def is_path(value: object) -> TypeIs[str | os.PathLike[str]]:
    """Whether a value names a file."""
    return isinstance(value, str | os.PathLike)


def as_path(value: str | os.PathLike[str] | None) -> Path | None:
    """A path for the trainer."""
    from pathlib import Path

    return Path(value) if value is not None else None
