"""Finds what a dataset's name or path means."""

from __future__ import annotations

from pathlib import Path

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training.data.dataset import ImageDataset
from netdsl.training.data.folder import load_folder
from netdsl.training.data.named import load_named
from netdsl.training.data.names import NAMES, unknown_data
from netdsl.training.data.npz import load_npz
from netdsl.training.data.parquet import find_shards, is_parquet, load_parquet
from netdsl.training.data.shapes import draw_shapes
from netdsl.training.image_options import ImageOptions
from netdsl.training.progress import Progress


def load_dataset(
    spec: str,
    data_dir: Path | None = None,
    options: ImageOptions | None = None,
    *,
    progress: Progress | None = None,
) -> ImageDataset:
    """Read a dataset, into memory if it fits.

    `spec` is one of `NAMES`, a folder of images or of parquet files, a
    `.npz` file or a `.parquet` file (a folder named like a set is reached
    with a slash, `./mnist`). Downloads go to `data_dir` (None: the user's
    cache). `options` bring the images to one shape and say where a folder's
    are kept; a recipe's are `recipe.image_options`. Raises
    `DiagnosticError` where the data can't be had or is not of the form it
    should be.
    """
    options = options or ImageOptions()
    progress = progress or Progress()
    if spec == "shapes":
        return draw_shapes(options=options)
    if spec in NAMES:
        return load_named(spec, data_dir, options)
    path = Path(spec).expanduser()
    try:
        if spec and path.is_dir():
            shards = find_shards(path)
            if shards:
                return load_parquet(path.resolve().name, shards, options, progress)
            return load_folder(path, options, progress)
        if path.is_file() and is_parquet(path):
            return load_parquet(path.stem, {"train": [path]}, options, progress)
        if path.is_file():
            return load_npz(path, options)
    except (OSError, ValueError) as error:
        raise DiagnosticError(
            Diagnostic(codes.UNREADABLE_DATA, f"{spec} can't be read: {_reason(error)}", file=spec)
        ) from error
    raise DiagnosticError(unknown_data(spec or "''"))


def _reason(error: OSError | ValueError) -> str:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return reason[:1].lower() + reason[1:]
