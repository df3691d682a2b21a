"""How two networks are compared: one set of weights, outputs equal to the bit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import torch
from torch import Tensor, nn
from torchvision.ops import StochasticDepth

from conformance.zoo.mapping import IN_ORDER, Mapping, paired
from netdsl.nn import DropPath


def count(module: nn.Module) -> int:
    """The number of parameters."""
    return sum(parameter.numel() for parameter in module.parameters())


def assert_same_network(
    module: nn.Module,
    reference: nn.Module,
    inputs: Tensor,
    mapping: Mapping = IN_ORDER,
    *,
    training: bool = True,
) -> None:
    """Give both the same weights, by order of the state dict, and compare their outputs.

    With `training` they are compared in training mode first: from one seed,
    equal outputs need the same dropouts at the same places.
    """
    module, reference = module.to(inputs.dtype), reference.to(inputs.dtype)
    share_state(module, reference, mapping)
    for mode in (True, False) if training else (False,):
        assert difference(module.train(mode), reference.train(mode), inputs) == 0


def share_state(module: nn.Module, reference: nn.Module, mapping: Mapping = IN_ORDER) -> None:
    """Give a module the reference's parameters, shared to save memory, and copies of its buffers.

    What a fresh network has constant is drawn first, so that a mix-up shows.
    Raises `MismatchError` where the two state dicts don't go together.
    """
    own, theirs = module.state_dict(), reference.state_dict()
    pairs = paired(own, theirs, mapping)
    randomize(theirs)
    buffers = {name for name, _ in reference.named_buffers()}
    given = {
        mine: theirs[other].clone() if other in buffers else theirs[other].view(own[mine].shape)
        for mine, other in pairs
    }
    module.load_state_dict(given, assign=True)


def randomize(state: dict[str, Tensor]) -> None:
    """Fill what a fresh network has constant, such as norms' statistics, so that a mix-up shows."""
    generator = torch.Generator().manual_seed(0)
    for value in state.values():
        if value.is_floating_point() and (value.squeeze().dim() <= 1 or not value.any()):
            value.copy_(torch.rand(value.shape, generator=generator) + 0.5)


@torch.inference_mode()
def outputs(module: nn.Module, inputs: Tensor) -> tuple[Tensor, ...]:
    """What the module makes, from a fixed seed: its output, or in training perhaps several."""
    torch.manual_seed(0)
    result = module(inputs)
    return tuple(result) if isinstance(result, tuple) else (result,)


def difference(
    module: nn.Module, reference: nn.Module, inputs: Tensor, order: tuple[int, ...] = (0,)
) -> float:
    """The greatest difference of their outputs, each from the same seed.

    `order` are the places of the reference's outputs in the order of the
    module's, where there are several.
    """
    ours, theirs = outputs(module, inputs), outputs(reference, inputs)
    if len(theirs) > 1:
        theirs = tuple(theirs[place] for place in order)
    return max(float((mine - other).abs().max()) for mine, other in zip(ours, theirs, strict=True))


@contextmanager
def without_draws(*modules: nn.Module) -> Iterator[None]:
    """Stochastic depth as its mean, the value times 1 - p, while in the context.

    The two implementations draw differently from one seed; so their
    probabilities, and all that is drawn elsewhere, can still be compared.
    """
    drops = [
        each
        for module in modules
        for each in module.modules()
        if isinstance(each, DropPath | StochasticDepth)
    ]
    for drop in drops:
        drop.forward = partial(mean_path, drop)  # type: ignore[method-assign]
    try:
        yield
    finally:
        for drop in drops:
            del drop.forward


def mean_path(drop: DropPath | StochasticDepth, x: Tensor) -> Tensor:
    """What stochastic depth makes of its input on average, without the scale that makes up for it."""
    return x * (1 - drop.p) if drop.training else x
