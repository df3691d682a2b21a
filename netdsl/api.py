"""The Python interface: `netdsl.check`, `netdsl.lint`, `netdsl.format`, `netdsl.load` and `netdsl.train`."""

from __future__ import annotations

import os

from netdsl.checker import CheckResult, check_source
from netdsl.checker.scope.values import as_settings
from netdsl.diagnostics import Source
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.diagnostics.render import render_text
from netdsl.spec import check_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import TypeAlias

    from torch import nn
    from typing_extensions import TypeIs

    from netdsl.network.nodes import Network
    from netdsl.training import ImageDataset, Recipe, Run

    # What a parameter of a net can be given from Python; a string is a text of the language.
    Setting: TypeAlias = "int | float | bool | str | list[Setting] | tuple[Setting, ...]"


class NetError(ValueError):
    """A network that can't be built; `diagnostics` say why, and so does the message."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("\n" + render_text(diagnostics))
        self.diagnostics = diagnostics


def check(text: str, net: str | None = None, **settings: Setting) -> CheckResult:
    """Check the text of a `.net` file; its diagnostics, and its networks where there is no error.

    `settings` are values of the net's parameters. A string is a text of the
    language: `act="leaky_relu(0.1)"`.
    """
    return check_source(Source("<text>", text), net, as_settings(settings))


def lint(
    text: str,
    net: str | None = None,
    *,
    select: Sequence[str] | None = None,
    ignore: Sequence[str] = (),
    settings: Mapping[str, Setting] | None = None,
) -> CheckResult:
    """Check the text of a `.net` file as `netdsl check` does: where nothing is wrong, with its lints.

    `select` and `ignore` are codes or names of lints, `default` or `all`;
    without a `net`, all of the text's nets are looked at.
    """
    from netdsl.lints import LintOptions, lint_source

    options = LintOptions(tuple(select) if select is not None else None, tuple(ignore))
    given = as_settings(settings or {})
    return lint_source(Source("<text>", text), net, given, every=net is None and not given, options=options)


def format(text: str, lines: tuple[int, int] | None = None) -> str:
    """The text of a `.net` file in the one layout; its meaning and its comments stay.

    With `lines`, the first and the last of them from 1, only the statements
    that stand on these are laid out. Raises `NetError` where the text
    doesn't parse.
    """
    from netdsl.formatter import format_range, format_source

    source = Source("<text>", text)
    if lines is None:
        made, wrong = format_source(source)
    else:
        edit, wrong = format_range(source, *lines)
        made = text if edit is None else text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    if wrong or made is None:
        raise NetError(tuple(wrong))
    return made


def load(path: str | os.PathLike[str], net: str | None = None, **settings: Setting) -> nn.Module:
    """The PyTorch module of a `.net` file, `FILE:Net` or a packaged architecture.

    `settings` give values to the net's parameters: `load("lenet5.net",
    classes=100, act="tanh")`; a string is a text of the language. Raises
    `NetError`, which carries the diagnostics.
    """
    from netdsl.emit import instantiate

    spec = os.fspath(path) + (f":{net}" if net else "")
    return instantiate(_network(spec, as_settings(settings)))


def train(
    model: nn.Module | str | os.PathLike[str],
    data: ImageDataset | str | os.PathLike[str] = "shapes",
    recipe: Recipe | None = None,
    out: str | os.PathLike[str] | None = None,
    *,
    settings: Mapping[str, Setting] | None = None,
    device: str | None = None,
    deterministic: bool = False,
    resume: bool = False,
    **keys: Setting,
) -> Run:
    """Train a module, or the network of a file, on images; the run, with its folder and result.

    `model` is a module, or what `load` takes, with `settings` for the net's
    parameters; of a file, the run folder keeps the text, so that `netdsl
    eval` and `netdsl predict` can use it. `data` is a dataset, or what
    `--data` takes: a folder, a `.npz` file or the name of a set. The recipe
    is given whole or by its keys: `train("lenet5", "shapes", epochs=3,
    learning_rate=0.01)`. The run folder is `out`, or a new one under `runs`.

    `device` is such as `cpu` or `cuda:1` (None: the best one); with
    `deterministic`, equal runs are equal to the bit. With `resume`, the run
    in `out` goes on, or begins where there is none yet: of the recipe, only
    `epochs` and `steps` may be other than they were. Raises `NetError`, which
    carries the diagnostics, where network, recipe or data have errors.
    """
    from netdsl.experiments.going_on import going_on
    from netdsl.experiments.request import Request, lasting_data
    from netdsl.experiments.train_network import train_network, with_pictures
    from netdsl.training import load_dataset
    from netdsl.training import train as train_module

    if resume and out is None:
        raise TypeError("to resume a run, give its folder as `out`")
    if settings and not _is_path(model):
        raise TypeError("`settings` are for the network of a file")
    folder = _as_path(out)
    spec, texts = os.fspath(model) if _is_path(model) else "", as_settings(settings or {})
    network = _network(spec, texts) if _is_path(model) else None
    recipe = _recipe(recipe, keys)
    try:
        if resume and folder is not None:
            recipe = going_on(folder, recipe, network)
        dataset = load_dataset(os.fspath(data), None, recipe.image_options) if _is_path(data) else data
        if network is not None:
            where = lasting_data(os.fspath(data)) if _is_path(data) else None
            request = Request(spec, texts, where, None, device, deterministic, tensorboard=False)
            return train_network(network, recipe, dataset, request, folder, resume=resume)
        assert not _is_path(model)
        name = type(model).__name__.lower()
        run = train_module(
            model,
            dataset,
            recipe,
            folder,
            name=name,
            device=device,
            deterministic=deterministic,
            resume=resume,
        )
        return with_pictures(run)
    except DiagnosticError as error:
        raise NetError((error.diagnostic,)) from None


def _network(spec: str, settings: dict[str, str]) -> Network:
    result = check_file(spec, settings)
    if result.network is None:
        raise NetError(result.diagnostics)
    return result.network


def _recipe(recipe: Recipe | None, keys: Mapping[str, Setting]) -> Recipe:
    """The recipe, or the one of its keys."""
    from netdsl.training import load_recipe

    if recipe is not None:
        if keys:
            raise TypeError("give a recipe or its keys, not both")
        return recipe
    made, wrong = load_recipe(None, "<recipe>", as_settings(keys))
    if made is None:
        raise NetError(tuple(wrong))
    return made


def _is_path(value: object) -> TypeIs[str | os.PathLike[str]]:
    """Whether a value names a file."""
    return isinstance(value, str | os.PathLike)


def _as_path(value: str | os.PathLike[str] | None) -> Path | None:
    """A path for the trainer."""
    from pathlib import Path

    return Path(value) if value is not None else None
