"""Experiment files in short: read, checked and planned from their texts."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.render import render_text
from netdsl.experiments.check import check_networks
from netdsl.experiments.load import ExperimentFile, load_experiment
from netdsl.experiments.plan import Choices, PlannedVariant, make_plan
from netdsl.experiments.planned import PlannedRun

# The first two lines of most files.
HEAD = "title: Widths\nnet: conv_pairs\n"


class Finding(NamedTuple):
    """What matters of a diagnostic."""

    code: str
    place: str
    text: str
    message: str
    help: str


def read(text: str, folder: Path | None = None) -> ExperimentFile:
    """The file of a text without mistakes."""
    file, found = load_experiment(text, "experiment.yaml", folder)
    assert file is not None, render_text(found)
    return file


def plan(text: str, folder: Path | None = None, choices: Choices | None = None) -> list[PlannedVariant]:
    """The variants of a text without mistakes."""
    planned, found = make_plan(read(text, folder), choices)
    assert not found, render_text(found)
    return planned


def runs(text: str, folder: Path | None = None, choices: Choices | None = None) -> list[PlannedRun]:
    """The runs of a text without mistakes."""
    return [run for each in plan(text, folder, choices) for run in each.runs]


def diagnose(text: str, folder: Path | None = None) -> list[Diagnostic]:
    """Everything that is wrong with a text, its recipes and its networks."""
    file, found = load_experiment(text, "experiment.yaml", folder)
    if file is None:
        return found
    planned, found = make_plan(file)
    return [*found, *check_networks(planned)[1]]


def findings(text: str, folder: Path | None = None) -> list[Finding]:
    """The same, with line and column as `line:column`, and what stands there."""
    return [_finding(each) for each in diagnose(text, folder)]


def _finding(found: Diagnostic) -> Finding:
    span = found.span
    place = "{}:{}".format(*span.source.position(span.start)) if span is not None else ""
    words = span.text if span is not None else ""
    return Finding(found.code.id, place, words, found.message, found.help or "")
