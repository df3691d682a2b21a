"""What is said and written at the beginning of a run, and asked at the beginning of its continuation."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.text_file import read_json_file
from netdsl.training.data.fingerprint import same_images
from netdsl.training.data.suit import times
from netdsl.training.loop.setup import Setup
from netdsl.training.loop.state import restore
from netdsl.training.loop.training import Training
from netdsl.training.machine.environment import device_name, git_commit, now, versions
from netdsl.training.run_folder.checkpoint import Checkpoint, broken_checkpoint
from netdsl.training.run_folder.files import FACTS
from netdsl.training.run_folder.records import RunFacts
from netdsl.training.run_folder.writing import RunFolder

_VERSION = 1


def describe(
    setup: Setup,
    name: str,
    deterministic: bool,
    source: Mapping[str, object] | None,
    request: Mapping[str, object] | None,
) -> RunFacts:
    """The facts of a run that begins now."""
    return RunFacts(
        version=_VERSION,
        name=name,
        data=setup.dataset.name,
        classes=setup.dataset.classes,
        image_shape=setup.dataset.shape,
        images=image_counts(setup),
        parameters=setup.parameters,
        device=device_name(setup.device),
        processes=setup.world.size,
        deterministic=deterministic,
        versions=versions(),
        git_commit=git_commit(),
        started=now(),
        source=source,
        request=request,
        trial={name: round(each, 3) for name, each in setup.choices.milliseconds.items()},
        launch=launch(),
    )


def launch() -> str | None:
    """What the processes that one torchrun agent starts, and restarts, have in common; None without one."""
    run = os.environ.get("TORCHELASTIC_RUN_ID")
    return f"{platform.node()}:{os.getppid()}:{run}" if run is not None else None


def image_counts(setup: Setup) -> dict[str, int]:
    """Images in each part that there is."""
    parts = {"train": setup.train, "validation": setup.validation, "test": setup.test}
    return {name: len(part) for name, part in parts.items() if part is not None}


def check_agrees(folder: Path, setup: Setup) -> None:
    """Raise `DiagnosticError` where a run was begun with another network or other data."""
    facts = _read(folder)
    now_and_then: dict[str, tuple[object, object]] = {
        "classes": (list(setup.dataset.classes), facts.get("classes")),
        "image shape": (list(setup.dataset.shape), facts.get("image_shape")),
        "images": (image_counts(setup), facts.get("images")),
        "parameters": (setup.parameters, facts.get("parameters")),
    }
    for what, (given, begun) in now_and_then.items():
        if given != begun:
            raise _cant_resume(folder, f"was begun with {what} {_short(begun)}, and now has {_short(given)}")


def take_up(training: Training, checkpoint: Checkpoint) -> None:
    """Put a checkpoint's state into a training.

    Raises `DiagnosticError` where it is another network's or other images',
    or lacks what a checkpoint has.
    """
    folder, module = training.folder, training.setup.module
    begun = {name: tuple(value.shape) for name, value in checkpoint.part("module").items()}
    given = {name: tuple(value.shape) for name, value in module.state_dict().items()}
    different = sorted(name for name in begun.keys() | given.keys() if begun.get(name) != given.get(name))
    if begun and different:
        raise _cant_resume(folder.path, f"was begun with a network whose `{different[0]}` is different")
    data = checkpoint.facts.get("data")
    if isinstance(data, dict) and not same_images(data, training.data):
        raise _cant_resume(folder.path, "was begun with other images, though as many")
    try:
        restore(training, checkpoint)
    except (RuntimeError, LookupError, TypeError, ValueError, AttributeError) as error:
        problem = f"does not hold this training's state: {type(error).__name__}"
        raise DiagnosticError(broken_checkpoint(folder.checkpoint, problem)) from error


def _cant_resume(folder: Path, problem: str) -> DiagnosticError:
    return DiagnosticError(
        Diagnostic(
            codes.CANT_RESUME,
            f"{folder} {problem}",
            file=str(folder),
            help="resume with the same network and data, or begin another run",
        )
    )


def headline(setup: Setup, name: str, folder: RunFolder) -> str:
    """What is trained on what, in a line."""
    counts = ", ".join(f"{count:,} {part}" for part, count in image_counts(setup).items())
    processes = f" x {setup.world.size}" if setup.world.size > 1 else ""
    return (
        f"{name} ({setup.parameters:,} parameters) on {setup.dataset.name} ({times(setup.dataset.shape)}; "
        f"{counts}), {setup.device}{processes}, to {folder.path}"
    )


def _read(folder: Path) -> Mapping[str, Any]:
    try:
        facts = read_json_file(folder / FACTS)
    except (OSError, ValueError):
        facts = None
    if not isinstance(facts, dict):
        raise DiagnosticError(
            Diagnostic(
                codes.CANT_RESUME,
                f"{folder} has no readable {FACTS}",
                file=str(folder),
                help="name the folder of a run: `netdsl train --resume runs/lenet5-1`",
            )
        )
    return facts


def _short(value: object) -> str:
    text = ", ".join(f"{each}" for each in value) if isinstance(value, list) else str(value)
    return text if len(text) <= 80 else text[:77] + "..."
