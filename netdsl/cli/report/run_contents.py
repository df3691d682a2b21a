"""One run of a report: its records, its network, its filters, and what its images are taken for."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from netdsl.cli.report.runs import NamedRun
from netdsl.cli.shared.saved_network import network_of, open_network
from netdsl.diagnostics import DiagnosticError
from netdsl.network.nodes import Network
from netdsl.network.statements import statements
from netdsl.network.table import totals
from netdsl.report.history import History, read_history
from netdsl.report.page.contents import Layers, RunContents, Samples
from netdsl.report.page.pictures import filters_of
from netdsl.report.page.samples import choose_samples
from netdsl.training.run_folder.files import RECIPE
from netdsl.training.run_folder.opened import SavedRun, open_run

if TYPE_CHECKING:
    from netdsl.training.data.dataset import ImageSplit
    from netdsl.training.saved.predict import Prediction, Predictor

_AT_ONCE = 256
_HEADINGS = ("name", "layer", "output", "parameters", "multiply-adds")


def read_run(run: NamedRun, options: Namespace) -> RunContents:
    """What a page says of a run folder. Images that can't be had are left out, and the page says why.

    Raises `DiagnosticError` where the folder holds no run, or it is broken.
    """
    history = read_history(run.folder)
    saved = open_run(run.folder)
    recipe = (run.folder / RECIPE).read_text(encoding="utf-8")
    network = network_of(saved) if saved.facts.source is not None else None
    samples, without = _samples(saved, history, options)
    return RunContents(
        run.name,
        history,
        recipe,
        _layers(network) if network is not None else None,
        samples,
        _filters(network, saved) if network is not None else (),
        without,
        run.group,
        run.seed,
        run.seed_name,
    )


def _layers(network: Network) -> Layers:
    rows = tuple(
        (
            row.name,
            row.layer,
            str(row.output),
            f"{row.parameters:,}" if row.parameters else "",
            f"{row.multiply_adds:,}" if row.multiply_adds else "",
        )
        for row in statements(network)
    )
    return Layers(
        network.title,
        _HEADINGS,
        rows,
        totals(network),
        network.root.span.source.text,
    )


def _filters(network: Network, saved: SavedRun) -> tuple[str, ...]:
    """The filters of the layer that takes the image, if it is a convolution and its weights are there."""
    first = next((name for name, layer in network.layers() if layer.parameters), None)
    weights = saved.weights("best")
    if first is None or not weights.is_file():
        return ()
    return filters_of(weights, f"{first}.weight")


def _samples(saved: SavedRun, history: History, options: Namespace) -> tuple[Samples | None, str]:
    """Images with what they are taken for, or why there are none."""
    if options.no_images:
        return None, ""
    if history.result is None:
        return None, "no images: the training has not ended"
    if saved.facts.source is None:
        return None, "no images: the network is not a .net file's"
    try:
        return _predict(saved, options), ""
    except DiagnosticError as error:
        return None, f"no images: {error.diagnostic.message}"


def _predict(saved: SavedRun, options: Namespace) -> Samples:
    from netdsl.training.data.dataset import ImageDataset
    from netdsl.training.saved.data import Part, find_part, find_parts
    from netdsl.training.saved.predict import Predictor

    data_dir = Path(options.data_dir) if options.data_dir else None
    dataset: ImageDataset = find_parts(saved, options.data, data_dir, None)[0]
    part: Part = "test" if dataset.test is not None else "validation"
    split = find_part(dataset, part)
    _, module = open_network(saved.folder, "best")
    predictor = Predictor(saved, module, options.device)
    found = _predictions(predictor, split, part)
    return choose_samples(found, len(split), part, saved.facts.classes, options.seed)


def _predictions(predictor: Predictor, split: ImageSplit, part: str) -> Iterator[Prediction]:
    """Predictions for all images of a part, some at a time."""
    import torch

    for start in range(0, len(split), _AT_ONCE):
        yield from predictor.of_split(split, torch.arange(start, min(start + _AT_ONCE, len(split))), part)
