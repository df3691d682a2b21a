"""A person's own nn.Module as a layer of the language, its shapes found by running it on the meta device.

    # in the package mylayers
    from netdsl.emit.custom import module_layer

    gated_conv = module_layer("gated_conv", GatedConv, "Convolution times a sigmoid gate.")

    # in its pyproject.toml
    [project.entry-points."netdsl.layers"]
    gated_conv = "mylayers:gated_conv"

Where the package is installed, `gated_conv(64, kernel_size=3)` stands in any
`.net` file. Checking such a file imports torch, since its shapes come from it.
"""

from __future__ import annotations

import inspect
from math import prod
from typing import Self, get_type_hints

import torch
from torch import nn
from torch.utils.hooks import RemovableHandle

from netdsl.diagnostics.catalogue import shapes as codes
from netdsl.diagnostics.reason import first_line
from netdsl.layers.arguments import Arguments
from netdsl.layers.declaration import REQUIRED, Layer, Option
from netdsl.layers.kinds import LARGEST, Accepted, Flag, Integer, Kind, Number, Text
from netdsl.layers.outcome import Constructor, Outcome, Window
from netdsl.layers.refusal import LayerError
from netdsl.layers.tensor import TOKENS, TensorType, tensor

# Constructor parameters that follow from what flows in, as torch.nn names them.
INFERRED = ("in_channels", "in_features", "num_features", "num_channels", "embed_dim", "channels", "dim")


def module_layer(
    name: str,
    module: type[nn.Module],
    doc: str,
    *,
    inferred: tuple[str, ...] = INFERRED,
    positional: tuple[str, ...] = (),
    example: str = "",
) -> Layer:
    """The declaration of a module class as a layer called `name`.

    Its options are the constructor's parameters, by their annotations
    (`int`, `float`, `bool`, `str`); one named in `inferred` is given the
    channels or features of the value that flows in. `positional` names at
    most two options that may be given by position. The module must be
    importable by its qualified name, and take and return one tensor.
    Raises `ValueError` where a parameter's type is none of these.
    """
    parameters = [each for key, each in inspect.signature(module).parameters.items() if key != "self"]
    hints = get_type_hints(module.__init__)
    taken = next((each.name for each in parameters if each.name in inferred), None)
    options = tuple(
        Option(
            each.name,
            kind_of(module, each.name, hints.get(each.name)),
            REQUIRED if each.default is inspect.Parameter.empty else each.default,
            f"{module.__name__}'s {each.name}",
        )
        for each in parameters
        if each.name != taken
    )
    target = f"{module.__module__}.{module.__qualname__}"

    def rule(arguments: Arguments, value: TensorType) -> Outcome:
        keywords: list[tuple[str, Accepted]] = [(taken, value.channels)] if taken is not None else []
        keywords += [(option.name, arguments.values[option.name]) for option in options]
        return run_on_meta(name, module, Constructor(target, (), tuple(keywords)), value)

    return Layer(name, doc, options, positional, target, example or name, "installed", (), rule)


def kind_of(module: type[nn.Module], name: str, annotation: object) -> Kind:
    """The values an annotated constructor parameter takes."""
    kinds: dict[object, Kind] = {int: Integer(-LARGEST), float: Number(), bool: Flag(), str: Text()}
    if annotation not in kinds:
        raise ValueError(f"{module.__name__}'s {name} must be annotated int, float, bool or str")
    return kinds[annotation]


def run_on_meta(name: str, module: type[nn.Module], constructor: Constructor, value: TensorType) -> Outcome:
    """Build the module without memory and see what it makes; raises `LayerError` where it refuses."""
    try:
        with torch.device("meta"):
            built = module(**dict(constructor.keywords))
            with CountedModules(built) as counted:
                made = built.eval()(torch.empty(1, *value.shape))
    except Exception as error:
        raise LayerError(
            codes.MODULE_REFUSES,
            f"`{name}` can't take this input",
            f"{value} flows in; {module.__name__} says: {first_line(error)}",
            shape_is_cause=True,
        ) from None
    if not isinstance(made, torch.Tensor) or made.dim() < 2 or made.shape[0] != 1:
        raise LayerError(
            codes.MODULE_REFUSES,
            f"`{name}` makes no value for each sample",
            f"{module.__name__} must return one tensor whose first axis is the batch",
        )
    shape = tuple(int(size) for size in made.shape[1:])
    keeps = value.layout == TOKENS and len(shape) == 2
    output = TensorType(shape, TOKENS) if keeps else tensor(shape)
    learned = tuple((key, tuple(parameter.shape)) for key, parameter in built.named_parameters())
    # What it sees is not known.
    return Outcome(output, constructor, learned, counted.multiply_adds, Window())


class CountedModules:
    """Counts multiply-adds while a module runs, by torchinfo's rule.

    Each parameter of a convolution counts once an output position, each
    parameter of another module once.
    """

    def __init__(self, module: nn.Module) -> None:
        self.module = module
        self.multiply_adds = 0
        self._hooks: list[RemovableHandle] = []

    def __enter__(self) -> Self:
        self._hooks = [each.register_forward_hook(self._count) for each in self.module.modules()]
        return self

    def __exit__(self, *error: object) -> None:
        for hook in self._hooks:
            hook.remove()

    def _count(self, module: nn.Module, inputs: object, output: object) -> None:
        own = sum(parameter.numel() for parameter in module.parameters(recurse=False))
        convolves = "Conv" in type(module).__name__ and isinstance(output, torch.Tensor)
        self.multiply_adds += own * (prod(output.shape[2:]) if convolves else 1)  # type: ignore[attr-defined]
