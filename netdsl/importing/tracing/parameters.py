"""Parameters that `forward` uses itself, where a layer learns the same: tokens, positions, factors."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from torch import Tensor, nn

from netdsl.importing.model import Options
from netdsl.importing.tracing.reading import NoLayerError
from netdsl.importing.tracing.recording import Recording

VIEWS = ("expand", "view", "reshape", "unsqueeze", "squeeze", "flatten", "repeat", "to", "contiguous", "tile")
Learned = tuple[tuple[str, Options], str]


def is_reshaped_parameter(recording: Recording, name: str, given: Sequence[Tensor], result: object) -> bool:
    """Whether a function gives a parameter in another shape, perhaps once for each image."""
    return (
        name in VIEWS
        and len(given) == 1
        and id(given[0]) in recording.parameters
        and isinstance(result, Tensor)
    )


def learned_layer(recording: Recording, name: str, given: Sequence[Tensor]) -> Learned:
    """The layer that does what a function does with a value and a parameter, and the parameter's path.

    Raises `NoLayerError` where there is none.
    """
    known = recording.parameters
    if any(isinstance(each, nn.Parameter) and id(each) not in known for each in given):
        raise NoLayerError(
            f"`{name}` with a parameter that the model doesn't have; layers in a plain list are no part of "
            "it, those in an nn.ModuleList are"
        )
    if len(given) == 2:
        learned = next((each for each in given if recording.find(each) is None), given[0])
        value = next(each for each in given if recording.find(each) is not None)
        path = recording.parameters.get(id(learned))
        if path is not None:
            layer = of_token(given, value, name) or of_positions(value, learned, name)
            layer = layer or of_factors(value, learned, name)
            if layer is not None:
                return (layer, ()), path
            raise NoLayerError(f"`{name}` with the parameter `{path}`, which `forward` uses itself")
    raise NoLayerError(f"`{name}` with a tensor that the layers before don't make")


def of_token(given: Sequence[Tensor], value: Tensor, name: str) -> str | None:
    """A learned token before the others."""
    token = given[0]
    is_first = name in ("cat", "concat", "concatenate") and given[1] is value
    shapes = value.dim() == 3 and tuple(token.shape) == (value.shape[0], 1, value.shape[2])
    return "class_token" if is_first and shapes else None


def of_positions(value: Tensor, learned: Tensor, name: str) -> str | None:
    """A learned vector added to each token."""
    is_each = value.dim() == 3 and tuple(learned.shape)[-2:] == tuple(value.shape[1:])
    is_sum = name == "add" and prod(learned.shape) == prod(value.shape[1:])
    return "position_embedding" if is_each and is_sum else None


def of_factors(value: Tensor, learned: Tensor, name: str) -> str | None:
    """A learned factor for each channel of a map, or feature of tokens."""
    rank = value.dim()
    axis = -1 if rank == 3 and learned.shape[-1:] == value.shape[-1:] else 1 - rank
    is_channels = learned.dim() >= -axis and learned.shape[axis] == value.shape[axis] == prod(learned.shape)
    return "layer_scale" if name in ("mul", "multiply") and rank >= 3 and is_channels else None
