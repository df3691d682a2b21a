"""What is imported: `torchvision:NAME` or `package.module:NAME` to a module, its input's shape and a name."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from torch import nn

from netdsl.diagnostics.catalogue import importing as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.diagnostics.suggest import closest
from netdsl.importing.net_name import net_name

TORCHVISION = "torchvision"
SHAPES = {"inception_v3": (3, 299, 299)}
IMAGE = (3, 224, 224)
# Drawing these from a truncated normal takes half a minute; their weights are not looked at.
UNSTARTED = ("googlenet", "inception_v3")


@dataclass(frozen=True, slots=True)
class Model:
    """A module, the shape of its input where that is known, and what the net may be called."""

    module: nn.Module
    shape: tuple[int, ...] | None
    name: str


def locate(spec: str) -> Model:
    """The model that a spec names; raises `DiagnosticError` where there is none."""
    package, colon, name = spec.partition(":")
    if not colon or not package or not name:
        raise missing(f"`{spec}` names no model", "write torchvision:NAME or package.module:NAME")
    return from_torchvision(name) if package == TORCHVISION else from_python(package, name)


def from_torchvision(name: str) -> Model:
    """A model of torchvision with weights that are drawn."""
    from torchvision import models

    known = models.list_models()
    if name not in known:
        meant = closest(name, known)
        hint = f"did you mean torchvision:{meant}?" if meant else "see torchvision.models.list_models()"
        raise missing(f"torchvision has no model `{name}`", hint)
    options: dict[str, object] = {"init_weights": False} if name in UNSTARTED else {}
    module = models.get_model(name, weights=None, **options)
    return Model(module, SHAPES.get(name, IMAGE), net_name(name))


def from_python(package: str, name: str) -> Model:
    """A module of a Python package, or what makes one."""
    folder = str(Path.cwd())
    # It stays: what the model imports when it is made or runs is searched there too.
    if folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        found: object = import_module(package)
    # A script that is no module may end the process when it is imported.
    except (Exception, SystemExit) as error:
        raise missing(
            f"`{package}` can't be imported", f"Python said {type(error).__name__}: {error}"
        ) from error
    for part in name.split("."):
        if not hasattr(found, part):
            public = [each for each in dir(found) if not each.startswith("_")]
            meant = closest(part, public)
            raise missing(
                f"`{package}` has no `{name}`", f"did you mean `{meant}`?" if meant else "look for its name"
            )
        found = getattr(found, part)
    if not isinstance(found, nn.Module):
        found = called(found, f"{package}:{name}")
    return Model(found, None, net_name(name.rpartition(".")[2]))


def called(factory: object, spec: str) -> nn.Module:
    """What a function or class makes without arguments."""
    if not callable(factory):
        raise missing(f"`{spec}` is no module", f"it is a {type(factory).__name__}")
    try:
        made = factory()
    except Exception as error:
        raise missing(
            f"`{spec}` can't be called without arguments",
            f"Python said {type(error).__name__}: {error}; write a function that calls it and name that",
        ) from error
    if not isinstance(made, nn.Module):
        raise missing(f"`{spec}` makes no module", f"it makes a {type(made).__name__}")
    return made


def missing(message: str, help: str) -> DiagnosticError:
    """The error of a model that isn't there."""
    return DiagnosticError(Diagnostic(codes.NO_MODEL, message, help=help))
