"""Which device trains."""

from __future__ import annotations

import torch

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.training.machine.world import World


def choose_device(name: str | None = None, world: World | None = None) -> torch.device:
    """The device of that name (`cpu`, `cuda:1`, ...), or the best one there is.

    In a world of several processes, each takes the GPU of its own number.
    Raises `DiagnosticError` where torch knows no such device or this machine
    has none.
    """
    if name is None:
        name = available_devices()[0]
    if name == "cuda" and world is not None and world.size > 1:
        _check_count(world)
        name = f"cuda:{world.local_rank}"
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise DiagnosticError(_missing(name)) from error
    there = device.type in available_devices()
    if device.type == "cuda" and there:
        there = (device.index or 0) < torch.cuda.device_count()
    if not there:
        raise DiagnosticError(_missing(name))
    return device


def available_devices() -> tuple[str, ...]:
    """The kinds of devices that this machine has, the fastest first."""
    kinds = (
        ("cuda", torch.cuda.is_available()),
        ("mps", torch.backends.mps.is_available()),
        ("cpu", True),
    )
    return tuple(kind for kind, there in kinds if there)


def _check_count(world: World) -> None:
    """Raise `DiagnosticError`, in every process alike, where this machine has fewer GPUs than processes."""
    there = torch.cuda.device_count()
    if there < world.local_size:
        raise DiagnosticError(
            Diagnostic(
                codes.SEVERAL_DEVICES,
                f"{world.local_size} processes need as many GPUs, and this machine has {there}",
                help=f"start {there} processes: `--devices {there}`",
            )
        )


def _missing(name: str) -> Diagnostic:
    return Diagnostic(
        codes.UNAVAILABLE_DEVICE,
        f"there is no device {name} here",
        help=f"this machine has {', '.join(available_devices())}; without `--device` the first is taken",
    )


def synchronize(device: torch.device) -> None:
    """Wait until the device has done all that it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
