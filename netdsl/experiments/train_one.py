"""How one planned run is trained: whatever goes wrong with it is its outcome."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import experiments as codes
from netdsl.diagnostics.render import render_text
from netdsl.experiments.outcome import ERROR_FILE, Failure, Outcome
from netdsl.experiments.planned import PlannedRun
from netdsl.experiments.request import Request, lasting_data
from netdsl.experiments.train_network import begun_recipe, train_network
from netdsl.spec import check_file
from netdsl.training.image_options import ImageOptions
from netdsl.training.progress import Progress

if TYPE_CHECKING:
    from netdsl.training import ImageDataset
    from netdsl.training.machine.interrupt import StopRequest


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What all runs of a sweep have in common: where they go, their data and their device."""

    folder: Path
    data: str
    data_dir: str | None = None
    device: str | None = None
    deterministic: bool = False

    def lasting(self) -> Circumstances:
        """These, with paths that lead to the same place from any folder."""
        return replace(self, folder=self.folder.absolute(), data=lasting_data(self.data))


@dataclass(frozen=True, slots=True)
class TrainOne:
    """Trains a planned run in its folder, or goes on with it; the last run's dataset is kept.

    `progress` makes what hears of a run from what the run is called. Before
    it has trained anything, it can be sent to another process.
    """

    circumstances: Circumstances
    progress: Callable[[str], Progress]
    _datasets: dict[ImageOptions, ImageDataset] = field(default_factory=dict)

    def __call__(
        self, run: PlannedRun, progress: Progress | None = None, stop: StopRequest | None = None
    ) -> Outcome:
        """Train; an error that netdsl knows is the outcome, and so is one that it doesn't know."""
        place = self.circumstances.folder / run.folder
        try:
            return self._train(run, place, progress or self.progress(run.label), stop)
        except DiagnosticError as error:
            return Outcome(run, failure=Failure.of(error.diagnostic))
        except Exception as error:
            # Where nothing can be written, the outcome has to be enough.
            with suppress(OSError):
                place.mkdir(parents=True, exist_ok=True)
                (place / ERROR_FILE).write_text(traceback.format_exc(), encoding="utf-8")
            return Outcome(run, failure=stopped(f"{type(error).__name__}: {error}"))

    def _train(self, run: PlannedRun, place: Path, progress: Progress, stop: StopRequest | None) -> Outcome:
        network = check_file(run.spec, dict(run.settings)).network
        if network is None:
            # The sweep has checked it before: the file was changed since.
            return Outcome(run, failure=stopped(f"the network {run.net} has errors by now"))
        begun = begun_recipe(place)
        recipe = begun or run.recipe
        done = train_network(
            network,
            recipe,
            self._dataset(recipe.image_options, progress),
            self._request(run),
            place,
            resume=begun is not None,
            progress=progress,
            stop=stop,
        )
        return Outcome(run, done.result)

    def _request(self, run: PlannedRun) -> Request:
        common = self.circumstances
        return Request(
            file=run.spec,
            settings=run.settings,
            data=lasting_data(common.data),
            data_dir=common.data_dir,
            device=common.device,
            deterministic=common.deterministic,
            tensorboard=False,
        )

    def _dataset(self, options: ImageOptions, progress: Progress) -> ImageDataset:
        from netdsl.training import load_dataset

        if options not in self._datasets:
            data_dir = Path(self.circumstances.data_dir) if self.circumstances.data_dir else None
            dataset = load_dataset(self.circumstances.data, data_dir, options, progress=progress)
            if dataset.warnings:
                progress.note(render_text(dataset.warnings))
            # Several sizes of the same images might not fit into memory side by side.
            self._datasets.clear()
            self._datasets[options] = dataset
        return self._datasets[options]


def stopped(reason: str) -> Failure:
    """The failure of a run that ended without a message of its own."""
    first = (reason.splitlines() or [""])[0]
    return Failure.of(Diagnostic(codes.RUN_STOPPED, first[:200]))
