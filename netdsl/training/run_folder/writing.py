"""Writes the files of a run."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from safetensors import SafetensorError
from torch import Tensor

from netdsl.atomic import write_text
from netdsl.training.recipe import Recipe, write_recipe
from netdsl.training.run_folder.checkpoint import Checkpoint, write_checkpoint, write_tensors
from netdsl.training.run_folder.files import BEST, CHECKPOINT, FACTS, LAST, METRICS, RECIPE, RESULT
from netdsl.training.run_folder.making import reported
from netdsl.training.run_folder.records import EpochMetrics, Result, RunFacts

# Where a new best state waits until the checkpoint that counts it as the best is written.
_NEXT_BEST = "best.next.safetensors"

# This package's and safetensors' names for files that are being written.
_TEMPORARY = (".*.tmp", ".tmp??????")

Weights = Mapping[str, Tensor]


class RunFolder:
    """Writes a run's files; each but the metrics is replaced as a whole or not at all.

    With `writes` false, as in all processes but the first, nothing is written.
    Every method raises `DiagnosticError` where the disk is full or the folder
    can't be written.
    """

    def __init__(self, path: Path, writes: bool = True) -> None:
        self.path = path
        self._writes = writes

    @property
    def checkpoint(self) -> Path:
        """Where the checkpoint is, once there is one."""
        return self.path / CHECKPOINT

    def write_facts(self, facts: RunFacts, recipe: Recipe) -> None:
        """Write `run.json` and `recipe.yaml`."""
        self._write_text(FACTS, json.dumps(asdict(facts), indent=2, allow_nan=False) + "\n")
        self.write_recipe(recipe)

    def write_recipe(self, recipe: Recipe) -> None:
        """Write `recipe.yaml`, which a continued run can have changed in its length."""
        self._write_text(RECIPE, write_recipe(recipe))

    def write_attachments(self, files: Mapping[str, str]) -> None:
        """Write text files by their paths in the folder."""
        for name, text in files.items():
            if self._writes:
                with reported(self.path):
                    (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            self._write_text(name, text)

    def write_weights(self, name: str, weights: Weights, epoch: int) -> None:
        """Write a state dict (on the CPU, contiguous) as safetensors."""
        if self._writes:
            with reported(self.path):
                write_tensors(self.path / name, weights, {"epoch": str(epoch)})

    def write_state(
        self, checkpoint: Checkpoint, last: Weights, best: Weights | None, best_epoch: int
    ) -> None:
        """Write the checkpoint, and the last and (where they are new) best weights.

        The new best weights wait under another name until the checkpoint that
        calls them the best is there: whenever the machine stops, the two agree
        once `settle` has run.
        """
        if best is not None:
            self.write_weights(_NEXT_BEST, best, best_epoch)
        if self._writes:
            with reported(self.path):
                write_checkpoint(self.checkpoint, checkpoint)
        self.settle(best_epoch, best is not None)
        self.write_weights(LAST, last, int(checkpoint.facts["epoch"]))

    def settle(self, best_epoch: int, is_new: bool) -> None:
        """Put waiting best weights in their place, or away where the checkpoint doesn't know of them."""
        waiting = self.path / _NEXT_BEST
        if not self._writes or not waiting.exists():
            return
        with reported(self.path):
            if is_new or epoch_of(waiting) == best_epoch:
                waiting.replace(self.path / BEST)
            else:
                waiting.unlink()

    def sweep(self) -> None:
        """Remove the temporary files of a process that was killed while it wrote."""
        if not self._writes:
            return
        with reported(self.path):
            for pattern in _TEMPORARY:
                for left in self.path.glob(pattern):
                    left.unlink(missing_ok=True)

    def add_metrics(self, metrics: EpochMetrics) -> None:
        """Append a line to `metrics.jsonl`."""
        if not self._writes:
            return
        with reported(self.path), (self.path / METRICS).open("a", encoding="utf-8") as file:
            file.write(_line(metrics))
            file.flush()
            os.fsync(file.fileno())

    def rewrite_metrics(self, history: Sequence[EpochMetrics]) -> None:
        """Write `metrics.jsonl` anew, without epochs that are not in the history."""
        self._write_text(METRICS, "".join(_line(metrics) for metrics in history))

    def write_result(self, result: Result) -> None:
        """Write `result.json`."""
        self._write_text(RESULT, json.dumps(asdict(result), indent=2, allow_nan=False) + "\n")

    def _write_text(self, name: str, text: str) -> None:
        if self._writes:
            with reported(self.path):
                write_text(self.path / name, text)


def epoch_of(path: Path) -> int | None:
    """The epoch that a file of weights says it is from."""
    from safetensors import safe_open

    try:
        with safe_open(path, framework="pt") as file:
            return int((file.metadata() or {}).get("epoch", ""))
    except (OSError, SafetensorError, ValueError):
        return None


def _line(metrics: EpochMetrics) -> str:
    return json.dumps(asdict(metrics), allow_nan=False) + "\n"
