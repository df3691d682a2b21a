"""A training's whole state in one file, from which it can go on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from netdsl.atomic import replacing
from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.diagnostics.reason import first_line
from netdsl.text_file import parse_json

# Raised when the file's layout changes.
_VERSION = "1"


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """Tensors by name (`module.conv1.weight`, `optimizer.0.3.exp_avg`, ...) and facts that JSON can hold."""

    tensors: Mapping[str, Tensor]
    facts: Mapping[str, Any]

    def part(self, prefix: str) -> dict[str, Tensor]:
        """The tensors whose names begin with the prefix and a dot, by the rest of their names."""
        start = len(prefix) + 1
        return {name[start:]: value for name, value in self.tensors.items() if name.startswith(f"{prefix}.")}


def write_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Replace the file as a whole, or not at all; raises `OSError` or `SafetensorError` where that fails."""
    metadata = {"version": _VERSION, "facts": json.dumps(checkpoint.facts)}
    write_tensors(path, checkpoint.tensors, metadata)


def read_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint; nothing in the file can run.

    Raises `DiagnosticError` where it is damaged or of another version.
    """
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            if metadata.get("version") != _VERSION:
                raise DiagnosticError(broken_checkpoint(path, f"has version {metadata.get('version')}"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            facts = parse_json(metadata["facts"])
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        reason = first_line(error)
        raise DiagnosticError(broken_checkpoint(path, f"can't be read: {reason}")) from error
    if not isinstance(facts, dict):
        raise DiagnosticError(broken_checkpoint(path, "holds no facts"))
    return Checkpoint(tensors, facts)


def write_tensors(path: Path, tensors: Mapping[str, Tensor], metadata: dict[str, str]) -> None:
    """Write safetensors atomically."""
    with replacing(path) as temporary:
        save_file(dict(tensors), temporary, metadata)


def on_cpu(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Copies on the CPU, in contiguous memory that no two share."""
    return {name: copy_of(value) for name, value in tensors.items()}


def copy_of(value: Tensor) -> Tensor:
    """A copy on the CPU, in contiguous memory."""
    return value.detach().to("cpu", copy=True, memory_format=torch.contiguous_format).contiguous()


def prefixed(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors with a prefix and a dot before their names."""
    return {f"{prefix}.{name}": value for name, value in tensors.items()}


def broken_checkpoint(path: Path, problem: str) -> Diagnostic:
    """What is said of a checkpoint that can't be used."""
    return Diagnostic(
        codes.BROKEN_CHECKPOINT,
        f"the checkpoint {path} {problem}",
        file=str(path),
        help="begin again in another folder; best.safetensors may still hold good weights",
    )
