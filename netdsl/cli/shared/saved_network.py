"""The network of a run folder, rebuilt from the text that the folder keeps."""

from __future__ import annotations

import os
from pathlib import Path

from netdsl.diagnostics.catalogue import runs as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.spec import check_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Mapping

    from torch import nn

    from netdsl.network.nodes import Network
    from netdsl.training.run_folder.opened import SavedRun, Which


def add_run(parser: ArgumentParser) -> None:
    """The run, which of its weights, the device and how to print."""
    parser.add_argument("run_folder", metavar="RUN", help="a run folder, such as runs/lenet5-1")
    parser.add_argument(
        "--weights", choices=("best", "last"), default="best", help="of the best or of the last epoch (best)"
    )
    parser.add_argument("--device", help="cpu, cuda, cuda:1, mps; the best there is if not given")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print the outcome")


def open_network(folder: Path, which: Which) -> tuple[SavedRun, nn.Module]:
    """A run and its network with the weights of the best or of the last epoch.

    Raises `DiagnosticError` where the folder holds no run, or what it holds
    is broken or doesn't fit together.
    """
    from netdsl.emit import instantiate
    from netdsl.training.run_folder.opened import load_weights, open_run

    saved = open_run(folder)
    network = network_of(saved)
    module = instantiate(network)
    load_weights(module, saved.weights(which))
    return saved, module


def epoch_of(saved: SavedRun, which: Which) -> int | None:
    """The epoch that the weights are of; None where the file doesn't say."""
    from netdsl.training.run_folder.writing import epoch_of as read_epoch

    return read_epoch(saved.weights(which))


def network_of(saved: SavedRun) -> Network:
    """The network of a run; raises `DiagnosticError` as `open_network` does."""
    from netdsl.training.run_folder.files import FACTS
    from netdsl.training.run_folder.reading import broken

    source = saved.facts.source
    if source is None:
        raise DiagnosticError(
            Diagnostic(
                codes.NO_SOURCE,
                f"{saved.folder} does not say how its network is built",
                file=str(saved.folder),
                help="a module was trained: give `netdsl.train` the module's file instead; in Python, "
                "`netdsl.training.load_weights(module, folder / 'best.safetensors')` fills this one",
            )
        )
    spec, settings = _read(source)
    facts = saved.folder / FACTS
    if spec is None or settings is None:
        raise broken(facts, "has a wrong `source`")
    file = saved.folder / spec[0]
    if not is_inside(file, saved.folder):
        raise broken(facts, f"names a `source` outside the run folder: {spec[0]}")
    if not file.is_file():
        raise broken(file, "is not there")
    result = check_file(f"{file}:{spec[1]}", settings)
    if result.network is None:
        raise DiagnosticError(result.diagnostics[0])
    if result.network.input.shape != saved.facts.image_shape:
        raise broken(facts, "has another `image_shape` than the network's input")
    return result.network


def _read(source: Mapping[str, object]) -> tuple[tuple[str, str] | None, dict[str, str] | None]:
    """File and net, and the settings; None for what is not of the form it should be."""
    file, net, settings = source.get("file"), source.get("net"), source.get("settings")
    named = (file, net) if isinstance(file, str) and isinstance(net, str) and net.isidentifier() else None
    if not isinstance(settings, dict):
        return named, None
    texts = {name: value for name, value in settings.items() if isinstance(value, str)}
    return named, texts if len(texts) == len(settings) else None


def is_inside(file: Path, folder: Path) -> bool:
    """Whether a file lies in a folder, links followed."""
    inside, whole = os.path.realpath(file), os.path.realpath(folder)
    return inside.startswith(whole + os.sep)
