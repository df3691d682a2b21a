"""Whether an imported text is the network that it was made from: the same layers, the same outputs."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from netdsl.checker import check_source
from netdsl.diagnostics.catalogue import importing as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.diagnostics.span import Source
from netdsl.emit import instantiate
from netdsl.importing.model import Place
from netdsl.importing.problems import fail
from netdsl.importing.tree import LayerStep
from netdsl.layers.table import BUILT_IN
from netdsl.network.nodes import LayerNode, Network

BATCH = 3
SEED = 0
# Of the largest output; float64 has 16 digits, of which sums in another order cost a few.
TOLERANCE = 1e-8


@dataclass(frozen=True, slots=True)
class Pair:
    """A layer of the text and the module that it stands for."""

    step: LayerStep
    node: LayerNode
    made: str


def verify(model: nn.Module, text: str, steps: Sequence[LayerStep], shape: tuple[int, ...]) -> None:
    """Raise `DiagnosticError` where the text isn't the model; `steps` are its layers in order."""
    network = checked(text, steps)
    pairs = paired(network, steps)
    source = copy.deepcopy(model).to(torch.float64).eval()
    stir(source)
    made = instantiate(network).to(torch.float64).eval()
    for pair in pairs:
        if pair.step.path:
            take_over(source.get_submodule(pair.step.path), made.get_submodule(pair.made), pair.step)
    compare(source, made, pairs, shape)


def checked(text: str, steps: Sequence[LayerStep]) -> Network:
    """The network of a text that must be right; where a layer's rule refuses it, its message."""
    result = check_source(Source("<imported>", text))
    if result.network is not None:
        return result.network
    first = result.diagnostics[0]
    place = Place()
    where = first.span.source.line(first.span.line).strip() if first.span else ""
    help = f"{first.label}; the text would have been `{where}`" if where else first.label
    raise DiagnosticError(Diagnostic(codes.NO_LAYER, first.message, place.span, help=help))


def paired(network: Network, steps: Sequence[LayerStep]) -> list[Pair]:
    """The layers of the text and of the model side by side."""
    layers = [(name, node) for name, node in network.layers() if BUILT_IN[node.kind].family != "merge"]
    kinds = [node.kind for _, node in layers]
    wanted = [step.layer for step in steps]
    if kinds != wanted:
        number = next(
            (place for place, (a, b) in enumerate(zip(kinds, wanted, strict=False)) if a != b),
            min(len(kinds), len(wanted)),
        )
        step = steps[min(number, len(steps) - 1)]
        fail(
            codes.NOT_EQUAL,
            "the layers of the text are not the model's",
            f"layer {number + 1} differs",
            step.place,
        )
    return [Pair(step, node, name) for step, (name, node) in zip(steps, layers, strict=True)]


def stir(model: nn.Module) -> None:
    """Parameters that a model starts at 0 or 1 would hide mistakes; so they are moved."""
    generator = torch.Generator().manual_seed(SEED)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() < 2:
                noise = torch.randn(parameter.shape, generator=generator, dtype=parameter.dtype)
                parameter.add_(0.1 * noise)
        for module in model.modules():
            mean, variance = getattr(module, "running_mean", None), getattr(module, "running_var", None)
            if isinstance(mean, Tensor) and isinstance(variance, Tensor):
                mean.add_(0.1 * torch.randn(mean.shape, generator=generator, dtype=mean.dtype))
                variance.mul_(0.5 + torch.rand(variance.shape, generator=generator, dtype=variance.dtype))


def take_over(source: nn.Module, made: nn.Module, step: LayerStep) -> None:
    """Give a layer the state of the module it stands for; both must have been made alike."""
    if type(source) is type(made) and described(source) != described(made):
        fail(
            codes.NOT_EQUAL,
            f"the text would make {described(made)}",
            f"the model has {described(source)}",
            step.place,
        )
    given = list(source.state_dict().values())
    wanted = made.state_dict()
    if [tuple(each.shape) for each in given] != [tuple(each.shape) for each in wanted.values()]:
        given = [each.reshape(other.shape) for each, other in zip(given, wanted.values(), strict=False)]
    made.load_state_dict(dict(zip(wanted, given, strict=True)))


def described(module: nn.Module) -> str:
    """A module's class and options, without what changes no result."""
    text = repr(module).replace(", inplace=True", "").replace("inplace=True", "")
    text = text.replace(", inplace=False", "").replace("inplace=False", "")
    # One number for each axis is as good as one for all.
    return re.sub(r"\((\d+)(?:, \1)+\)", r"\1", text)


def compare(source: nn.Module, made: nn.Module, pairs: Sequence[Pair], shape: tuple[int, ...]) -> None:
    """Both on the same numbers; where they differ, the first layer whose outputs do."""
    value = torch.randn((BATCH, *shape), generator=torch.Generator().manual_seed(SEED), dtype=torch.float64)
    wanted, given = outputs(source, value), outputs(made, value)
    largest = max(float(wanted[""].abs().max()), 1.0)
    if (
        wanted[""].shape == given[""].shape
        and float((wanted[""] - given[""]).abs().max()) <= TOLERANCE * largest
    ):
        return
    for pair in pairs:
        one, other = wanted.get(pair.step.path), given.get(pair.made)
        if not pair.step.path or one is None or other is None:
            continue
        if one.shape != other.shape or not torch.allclose(one, other, rtol=TOLERANCE, atol=TOLERANCE):
            fail(
                codes.NOT_EQUAL,
                "the text computes something else",
                "the first layer that differs",
                pair.step.place,
            )
    fail(
        codes.NOT_EQUAL,
        "the text computes something else",
        "the layers that are modules agree; what is called behind the last of them differs",
        pairs[-1].step.place,
    )


def outputs(model: nn.Module, value: Tensor) -> dict[str, Tensor]:
    """What each module of a model makes, and under no name what the model does."""
    found: dict[str, Tensor] = {}
    handles = []
    for name, module in model.named_modules():

        def keep(_: nn.Module, given: object, made: object, name: str = name) -> None:
            if isinstance(made, Tensor):
                found[name] = made.clone()

        handles.append(module.register_forward_hook(keep))
    with torch.no_grad():
        model(value)
    for handle in handles:
        handle.remove()
    return found
