"""Follows a run: which module runs, and what its layers and functions make."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from netdsl.importing.model import Call, Place, Scope
from netdsl.importing.tracing.attention import attention_layer
from netdsl.importing.tracing.function_calls import record_function
from netdsl.importing.tracing.functions import name_of
from netdsl.importing.tracing.modules import class_path, is_leaf, read_layer
from netdsl.importing.tracing.reading import NoLayerError
from netdsl.importing.tracing.recording import Recording, tensors_in, unknown
from netdsl.importing.tracing.source_lines import current_line
from netdsl.importing.tracing.where import Sourced


class Running:
    """Which modules run now: the user's, and the one that is a layer."""

    def __init__(self) -> None:
        self.scopes: list[Scope] = []
        self.paths: list[str] = [""]
        self.leaf: nn.Module | None = None

    def scope(self) -> Scope | None:
        """The innermost run of a module of the user's."""
        return self.scopes[-1] if self.scopes else None

    def place(self) -> Place:
        """The innermost module, and the line of Python that runs."""
        return Place(self.paths[-1], current_line())

    def begin(self, module: nn.Module, path: str) -> None:
        """A module begins to run."""
        self.paths.append(path)
        if is_leaf(module):
            self.leaf = module
            return
        is_container = type(module) in (nn.Sequential, nn.ModuleList, nn.ModuleDict)
        is_transparent = is_container or class_path(module).startswith("netdsl.nn.")
        is_chain = isinstance(module, nn.Sequential)
        self.scopes.append(Scope(type(module).__name__, path, self.scope(), is_transparent, is_chain))


class Recorder(TorchFunctionMode):
    """Turns each call of a module or function on a value that is followed into a `Call`."""

    def __init__(self, model: nn.Module, value: Tensor) -> None:
        super().__init__()
        self.model = model
        self.running = Running()
        where = model if isinstance(model, Sourced) else self.running
        self.recording = Recording(model, value, where)

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
            if self.running.leaf is None:
                self.running.begin(module, path)

        return hook

    def leave(self, path: str) -> Callable[..., None]:
        """What is done when a module has run."""

        def hook(
            module: nn.Module, args: tuple[object, ...], kwargs: dict[str, object], result: object
        ) -> None:
            if self.running.leaf is not None and self.running.leaf is not module:
                return
            if self.running.leaf is module:
                self.running.leaf = None
                self.record_module(module, path, [*args, *kwargs.values()], result)
            else:
                self.running.scopes.pop()
            self.running.paths.pop()

        return hook

    def record_module(self, module: nn.Module, path: str, given: Sequence[object], result: object) -> None:
        """A module that is one layer."""
        recording = self.recording
        tensors = tensors_in(given)
        inputs = [call for value in tensors if (call := recording.find(value)) is not None]
        if isinstance(module, nn.MultiheadAttention) and isinstance(result, tuple):
            self.record_attention(module, path, tensors, inputs, result)
            return
        if len(inputs) != 1 or not isinstance(result, Tensor):
            for value in tensors_in([result]):
                said = f"`{type(module).__name__}` of other than one value"
                recording.add(unknown(said), inputs, value, path)
            return
        if isinstance(module, nn.Identity):
            recording.bind(result, inputs[0])
            return
        try:
            layer = read_layer(module, inputs[0].shape)
        except NoLayerError as error:
            layer = unknown(str(error))
        recording.add(layer, inputs, result, path)

    def record_attention(
        self,
        module: nn.MultiheadAttention,
        path: str,
        given: Sequence[Tensor],
        inputs: list[Call],
        result: tuple[Tensor | None, ...],
    ) -> None:
        """Attention as torch has it, which also gives its weights."""
        attended, *rest = result
        if attended is None or not inputs:
            return
        try:
            layer = attention_layer(module, given, inputs)
        except NoLayerError as error:
            layer = unknown(str(error))
        for weights in tensors_in(rest):
            self.recording.add(unknown("the weights of an attention as a value"), inputs[:1], weights, path)
        self.recording.add(layer, inputs[:1], attended, path)

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Run a function of torch; write it down where it is no part of a layer."""
        keywords = kwargs or {}
        result = func(*args, **keywords)
        if self.running.leaf is None:
            record_function(self.recording, name_of(func), args, keywords, result)
        return result
