"""Runs a model once on a value without numbers, and writes down each layer that is called."""

from __future__ import annotations

import copy
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from traceback import walk_tb
from types import FrameType, TracebackType
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from netdsl.diagnostics.catalogue import importing as codes
from netdsl.importing.functions import (
    Layers,
    Use,
    concat_options,
    is_shape_question,
    name_of,
    parts_of,
    translate,
)
from netdsl.importing.model import Call, Options, Place, Scope, Trace
from netdsl.importing.modules import NoLayerError, class_path, is_leaf, read_layer
from netdsl.importing.problems import fail, line_span

# Two images, so that batch normalisation can be run as in training.
BATCH = 2
UNKNOWN = "?"
INPUT = "input"
HIDDEN = (f"{Path(torch.__file__).parent}{os.sep}", f"{Path(__file__).parent}{os.sep}")


def trace(model: nn.Module, shape: tuple[int, ...]) -> Trace:
    """What a model does with one value of a shape, the batch left out.

    The model is run as in training, since dropout by a function shows only
    there; where that gives several values, as in evaluation. Raises
    `DiagnosticError`.
    """
    trained = run(model, shape, training=True)
    recorder, value = trained if isinstance(trained[1], Tensor) else run(model, shape, training=False)
    place = Place(type(model).__name__)
    if not isinstance(value, Tensor):
        kind = type(value).__name__
        fail(
            codes.NOT_RUN,
            f"the model gives a {kind}",
            "a network gives one value",
            place,
            "import a module whose forward picks one of them",
        )
    result = recorder.find(value)
    if result is None or result is recorder.entry:
        fail(codes.NOT_RUN, "what the model gives does not come from its input", "no layer made it", place)
    notes = () if isinstance(trained[1], Tensor) else (left_out(model, recorder),)
    return Trace(recorder.entry, tuple(recorder.calls), result, notes)


def run(model: nn.Module, shape: tuple[int, ...], *, training: bool) -> tuple[Recorder, object]:
    """One run of a copy without numbers."""
    shadow = copy.deepcopy(model).to("meta").train(training)
    value = torch.empty((BATCH, *shape), device="meta")
    recorder = Recorder(shadow, value)
    try:
        with recorder.hooks(), recorder, torch.no_grad():
            made = shadow(value)
    except RecordingError as error:
        fail(codes.NO_LAYER, str(error), "here", recorder.place())
    except Exception as error:
        place = Place(recorder.paths[-1], blamed(error.__traceback__))
        said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        fail(codes.NOT_RUN, f"the model fails on {'x'.join(map(str, shape))}", said, place, remedy(said))
    return recorder, made


def remedy(said: str) -> str:
    """What to do where a run failed."""
    if "meta" in said or "data-dependent" in said:
        return "which layers run may depend on shapes alone, not on the numbers in a value"
    return "--input gives another shape, without the batch"


def left_out(model: nn.Module, recorder: Recorder) -> str:
    """A note on modules that run in training alone."""
    ran = {call.path for call in recorder.calls if call.path}
    rest = [
        name
        for name, child in model.named_children()
        if not any(r == name or r.startswith(f"{name}.") for r in ran)
        and next(child.parameters(), None) is not None
    ]
    return (
        f"left out, since they don't run in evaluation: {', '.join(rest)}"
        if rest
        else "in training it gives more"
    )


class RecordingError(Exception):
    """The run can't be written down at all."""


class Recorder(TorchFunctionMode):
    """Turns each call of a module or function on a value that is followed into a `Call`."""

    def __init__(self, model: nn.Module, value: Tensor) -> None:
        super().__init__()
        self.model = model
        self.calls: list[Call] = []
        self.values: dict[int, Call] = {}
        self.kept: list[Tensor] = []
        self.scopes: list[Scope] = []
        self.paths: list[str] = [""]
        self.leaf: nn.Module | None = None
        self.entry = Call(INPUT, (), [], tuple(value.shape[1:]), None, Place())
        self.bind(value, self.entry)

    def bind(self, value: Tensor, call: Call) -> None:
        """Remember which call made a value; it is kept, so that no other gets its identity."""
        self.values[id(value)] = call
        self.kept.append(value)

    def find(self, value: Tensor) -> Call | None:
        """The call that made a value."""
        return self.values.get(id(value))

    def place(self) -> Place:
        """Where the run is now."""
        return Place(self.paths[-1], current_line())

    @contextmanager
    def hooks(self) -> Iterator[None]:
        """Follow which module runs."""
        handles = []
        for path, module in self.model.named_modules():
            handles.append(module.register_forward_pre_hook(self.enter(path), with_kwargs=True, prepend=True))
            handles.append(module.register_forward_hook(self.leave(path), with_kwargs=True))
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def enter(self, path: str) -> Callable[..., None]:
        """What is done before a module runs."""

        def hook(module: nn.Module, args: tuple[object, ...], kwargs: dict[str, object]) -> None:
            if self.leaf is not None:
                return
            self.paths.append(path)
            if is_leaf(module):
                self.leaf = module
                return
            parent = self.scopes[-1] if self.scopes else None
            self.scopes.append(
                Scope(
                    type(module).__name__,
                    path,
                    parent,
                    type(module) in (nn.Sequential, nn.ModuleList, nn.ModuleDict)
                    or class_path(module).startswith("netdsl.nn."),
                    isinstance(module, nn.Sequential),
                )
            )

        return hook

    def leave(self, path: str) -> Callable[..., None]:
        """What is done when a module has run."""

        def hook(
            module: nn.Module, args: tuple[object, ...], kwargs: dict[str, object], result: object
        ) -> None:
            if self.leaf is not None and self.leaf is not module:
                return
            if self.leaf is module:
                self.leaf = None
                self.record_module(module, path, [*args, *kwargs.values()], result)
            else:
                self.scopes.pop()
            self.paths.pop()

        return hook

    def record_module(self, module: nn.Module, path: str, given: Sequence[object], result: object) -> None:
        """A module that is one layer."""
        inputs = [call for value in tensors_in(given) if (call := self.find(value)) is not None]
        place = Place(path, current_line())
        if len(inputs) != 1 or not isinstance(result, Tensor):
            for value in tensors_in([result]):
                self.add(
                    unknown(f"a {type(module).__name__} with other than one value"),
                    inputs,
                    value,
                    place,
                    path,
                )
            return
        if isinstance(module, nn.Identity):
            self.bind(result, inputs[0])
            return
        try:
            layer = read_layer(module, inputs[0].shape)
        except NoLayerError as error:
            layer = unknown(str(error))
        self.add(layer, inputs, result, place, path)

    def add(
        self, layer: tuple[str, Options], inputs: list[Call], result: Tensor, place: Place, path: str = ""
    ) -> None:
        """Write a call down, and what it made."""
        name, options = layer
        scope = self.scopes[-1] if self.scopes else None
        call = Call(name, options, inputs, tuple(result.shape[1:]), scope, place, path)
        self.calls.append(call)
        self.bind(result, call)

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Run a function of torch; write it down where it is no part of a layer."""
        keywords = kwargs or {}
        result = func(*args, **keywords)
        if self.leaf is None:
            self.record_function(name_of(func), args, keywords, result)
        return result

    def record_function(
        self, name: str, args: tuple[Any, ...], keywords: dict[str, Any], result: object
    ) -> None:
        """A function of values that are followed."""
        given = tensors_in([*args, *keywords.values()])
        inputs = [self.find(value) for value in given]
        known = [call for call in inputs if call is not None]
        if not known:
            return
        if name == "setitem":
            self.add(unknown("a value that is assigned to in place"), known[:1], given[0], self.place())
            return
        if is_shape_question(result):
            return
        if len(known) < len(given):
            layers: Layers | None = [unknown(f"`{name}` with a tensor that the layers before don't make")]
            self.follow(layers or [], known[0], result)
        elif name in ("add", "mul", "multiply") and len(known) == 2 and keywords.get("alpha", 1) == 1:
            self.merge("add" if name == "add" else "multiply", (), known, result)
        elif name in ("cat", "concat", "concatenate"):
            self.joined(given, known, args, keywords, result)
        elif len(known) == 1:
            self.one_value(name, known[0], args, keywords, result)
        else:
            self.follow([unknown(f"`{name}` of several values")], known[0], result)

    def merge(self, name: str, options: Options, inputs: list[Call], result: object) -> None:
        """Several values made one."""
        assert isinstance(result, Tensor)
        self.add((name, options), inputs, result, self.place())

    def joined(
        self,
        given: list[Tensor],
        known: list[Call],
        args: tuple[Any, ...],
        keywords: dict[str, Any],
        result: object,
    ) -> None:
        """A concatenation."""
        dim = args[1] if len(args) > 1 else keywords.get("dim", keywords.get("axis", 0))
        try:
            options = concat_options(given, dim)
        except NoLayerError as error:
            self.follow([unknown(str(error))], known[0], result)
            return
        if len(known) == 1:
            self.follow([], known[0], result)
        else:
            self.merge("concat", options, known, result)

    def one_value(
        self, name: str, before: Call, args: tuple[Any, ...], keywords: dict[str, Any], result: object
    ) -> None:
        """A function of one value."""
        results = tensors_in([result])
        # `2 * x` has the value behind its other argument.
        rest = tuple(
            value for place, value in enumerate(args) if not (isinstance(value, Tensor) and place < 2)
        )
        keywords = {key: value for key, value in keywords.items() if not isinstance(value, Tensor)}
        for place, value in enumerate(results):
            use = Use(name, before.shape, tuple(value.shape[1:]), rest, keywords)
            try:
                if value.dim() < 1 or value.shape[0] != BATCH:
                    raise NoLayerError(f"`{name}` mixes the images of a batch")
                layers = translate(use) if isinstance(result, Tensor) else parts_of(use, results, place)
            except NoLayerError as error:
                layers = [unknown(str(error))]
            self.follow(layers, before, value)

    def follow(self, layers: Layers, before: Call, result: object) -> None:
        """The layers of a function, one behind the other."""
        for value in tensors_in([result]):
            if not layers:
                self.bind(value, before)
            made = before
            for place, layer in enumerate(layers):
                self.add(layer, [made], value, self.place())
                made = self.calls[-1]
                if place + 1 < len(layers):
                    # Only a whole map as one number a channel has a second layer, which flattens it.
                    made.shape = (value.shape[1], *(1 for _ in before.spatial))


def unknown(message: str) -> tuple[str, Options]:
    """A step that stays without a layer; it is an error only where its value is needed."""
    return UNKNOWN, (("message", message),)


def tensors_in(values: Sequence[object]) -> list[Tensor]:
    """The tensors among values, and in the lists among them."""
    found: list[Tensor] = []
    for value in values:
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, dict):
            found += tensors_in(list(value.values()))
        elif isinstance(value, tuple | list):
            found += tensors_in(value)
    return found


def is_hidden(file: str) -> bool:
    """Whether a Python file is no part of the model."""
    return file.startswith((*HIDDEN, "<"))


def current_line() -> Any:
    """The innermost line of the model that is running."""
    frame: FrameType | None = sys._getframe()
    while frame is not None and is_hidden(frame.f_code.co_filename):
        frame = frame.f_back
    return line_span(frame.f_code.co_filename, frame.f_lineno) if frame is not None else None


def blamed(traceback: TracebackType | None) -> Any:
    """The innermost line of the model in a traceback."""
    span = None
    for frame, line in walk_tb(traceback):
        if not is_hidden(frame.f_code.co_filename):
            span = line_span(frame.f_code.co_filename, line) or span
    return span
