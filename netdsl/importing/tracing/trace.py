"""Runs a model once on a value without numbers, and writes down each layer that is called."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from netdsl.diagnostics.catalogue import importing as codes
from netdsl.diagnostics.reason import first_line
from netdsl.importing.model import Place, Trace
from netdsl.importing.problems import fail
from netdsl.importing.tracing.outputs import left_out, named_values, outputs_of
from netdsl.importing.tracing.recorder import Recorder
from netdsl.importing.tracing.recording import BATCH
from netdsl.importing.tracing.remedies import OTHERWISE, remedy
from netdsl.importing.tracing.source_lines import blamed
from netdsl.importing.tracing.where import Sourced


def trace(model: nn.Module, shape: tuple[int, ...]) -> Trace:
    """What a model does with one value of a shape, the batch left out.

    The model is run as in training, since dropout by a function shows only
    there. Where that gives several values and evaluation gives one of them,
    the others are further outputs. Raises `DiagnosticError`.
    """
    recorder, value = run(model, shape, training=True)
    if isinstance(value, Tensor):
        return traced(model, recorder, value)
    evaluated, single = run(model, shape, training=False)
    if not isinstance(single, Tensor):
        fail(
            codes.NOT_RUN,
            f"the model gives a {type(single).__name__}",
            "a network gives one value in evaluation",
            Place(type(model).__name__),
            "import a module whose forward picks one of them",
        )
    alone = traced(model, evaluated, single)
    values = named_values(value)
    found = outputs_of(recorder.recording, values, alone.result)
    if found is None:
        return Trace(alone.entry, alone.calls, alone.result, left_out(model, alone.calls))
    result, outputs = found
    return Trace(recorder.recording.entry, tuple(recorder.recording.calls), result, (), outputs)


def traced(model: nn.Module, recorder: Recorder, value: Tensor) -> Trace:
    """The trace of a run that gave one value."""
    recording = recorder.recording
    result = recording.find(value)
    if result is None or result is recording.entry:
        place = Place(type(model).__name__)
        fail(codes.NOT_RUN, "what the model gives does not come from its input", "no layer made it", place)
    return Trace(recording.entry, tuple(recording.calls), result)


def run(model: nn.Module, shape: tuple[int, ...], *, training: bool) -> tuple[Recorder, object]:
    """One run of a copy without numbers."""
    shadow = shadow_of(model).train(training)
    value = without_numbers(shape)
    recorder = Recorder(shadow, value)
    try:
        with recorder.hooks(), recorder, torch.no_grad():
            made = shadow(value)
    except Exception as error:
        place = Place(recorder.running.paths[-1], blamed(error.__traceback__))
        if isinstance(shadow, Sourced):
            place = shadow.place()
        said = first_line(error)
        fail(codes.NOT_RUN, f"the model fails on {'x'.join(map(str, shape))}", said, place, remedy(said))
    return recorder, made


def without_numbers(shape: tuple[int, ...]) -> Tensor:
    """A value of a shape; raises `DiagnosticError` where no value can have it."""
    try:
        return torch.empty((BATCH, *shape), device="meta")
    except RuntimeError as error:
        said = f"no value has the shape {'x'.join(map(str, shape))}"
        fail(codes.NOT_RUN, said, first_line(error), Place(), OTHERWISE)


def shadow_of(model: nn.Module) -> nn.Module:
    """A copy of a model without numbers."""
    try:
        shadow = copy.deepcopy(model).to("meta")
        for module in shadow.modules():
            if isinstance(module, _BatchNorm) and module.momentum is None and module.track_running_stats:
                # Such a norm divides by the number of its batches, so that has to stay a number.
                module.num_batches_tracked = torch.zeros((), dtype=torch.long)
        return shadow
    except Exception as error:
        fail(
            codes.NOT_RUN,
            "the model can't be copied",
            first_line(error),
            Place(type(model).__name__),
            "a tensor that it calculates and keeps is to be a buffer: self.register_buffer(name, value)",
        )
