"""An experiment file to an Experiment with the place of everything in it, or to diagnostics."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from netdsl.diagnostics import Diagnostic, DiagnosticError, Label, Source
from netdsl.diagnostics.catalogue import experiments as codes
from netdsl.diagnostics.catalogue import files as file_codes
from netdsl.experiments.assignment import check_keys
from netdsl.experiments.errors import beginning, translate
from netdsl.experiments.model import Experiment
from netdsl.text_file import read_text_file
from netdsl.training.recipe import positions
from netdsl.training.recipe.positions import FileKind, Place, read_mapping
from netdsl.training.recipe.wrong import MOST_FINDINGS

EXPERIMENT = FileKind(
    "the experiment file", codes.NOT_YAML, codes.NOT_A_MAPPING, codes.REPEATED_KEY, deepest=10
)


@dataclass(frozen=True, slots=True)
class ExperimentFile:
    """An experiment as it stands in its file; paths in it are relative to `folder`."""

    experiment: Experiment
    source: Source
    places: dict[positions.Path, Place]
    folder: Path

    @property
    def beginning(self) -> Place:
        """Where findings about the whole file point."""
        return beginning(self.source)


def read_experiment(path: Path) -> tuple[ExperimentFile | None, list[Diagnostic]]:
    """Read an experiment file; with any error, there is none."""
    if path.suffix == ".net":
        return None, [_a_network(path)]
    try:
        text = read_text_file(path, "utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return None, [_unreadable(path, error)]
    return load_experiment(text, str(path), path.parent)


def load_experiment(
    text: str, source_name: str, folder: Path | None = None
) -> tuple[ExperimentFile | None, list[Diagnostic]]:
    """Read the text of an experiment file; `folder` is where its paths begin (the current one).

    What its nets and recipes hold is not looked at yet: `make_plan` does. All
    errors are returned together; with any, there is no experiment.
    """
    source = Source(source_name, text)
    try:
        mapping, document = read_mapping(source, EXPERIMENT)
    except DiagnosticError as error:
        return None, [error.diagnostic]
    found = [*document.diagnostics, *check_keys(document.places)]
    try:
        experiment = Experiment.model_validate(mapping)
    except ValidationError as error:
        return None, (found + translate(error, source, document.places))[:MOST_FINDINGS]
    found += _clashes(experiment, document.places)
    file = ExperimentFile(experiment, source, document.places, folder or Path())
    return (None if found else file), found[:MOST_FINDINGS]


def _clashes(experiment: Experiment, places: dict[positions.Path, Place]) -> list[Diagnostic]:
    """`search` beside what it stands in place of."""
    if experiment.search is None:
        return []
    return [
        Diagnostic(
            codes.CLASHING_KEYS,
            f"`search` and `{other}` don't go together",
            places[("search",)].key,
            "chooses its runs one after another",
            (Label(places[(other,)].key, "lists runs beforehand"),),
            "put one of the two into a file of its own",
        )
        for other in ("runs", "grid", "random")
        if getattr(experiment, other)
    ]


def _a_network(path: Path) -> Diagnostic:
    return Diagnostic(
        codes.NOT_A_MAPPING,
        f"`{path}` is a network, not an experiment file",
        file=str(path),
        help=f"train it with `netdsl train {path}`, or write a YAML file with `net: {path.name}` in it",
    )


def _unreadable(path: Path, error: OSError | UnicodeDecodeError) -> Diagnostic:
    reason = "it is not UTF-8 text"
    if isinstance(error, OSError):
        reason = (error.strerror or str(error)).lower()
    return Diagnostic(
        file_codes.UNREADABLE, f"experiment file `{path}` can't be read: {reason}", file=str(path)
    )
