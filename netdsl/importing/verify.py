"""Whether an imported text is the network that it was made from: the same layers, the same outputs."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor, nn

from netdsl.checker import check_source
from netdsl.diagnostics.catalogue import importing as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.diagnostics.span import Source
from netdsl.emit import instantiate
from netdsl.importing.exactness import drawn, exact, exact_value
from netdsl.importing.model import Output, Place, Trace
from netdsl.importing.pairing import Pair, give_state, paired, refuse_tied
from netdsl.importing.problems import fail
from netdsl.importing.tracing.outputs import named_values
from netdsl.importing.tracing.where import Sourced
from netdsl.importing.tree import LayerStep
from netdsl.network.nodes import Network

BATCH = 3
# Of a network from a file, which may say anything: of one value of one image, and altogether, where there are
# BATCH of them.
MOST_ELEMENTS, MOST_PRODUCTS = 2**27, 2 * 10**12
SEED = 0
# Of the largest output; float64 has 16 digits, of which sums in another order cost a few.
TOLERANCE = 1e-8


@dataclass(frozen=True, slots=True)
class Agreement:
    """A model and the network of its text, layer by layer."""

    model: nn.Module
    network: Network
    pairs: tuple[Pair, ...]

    def module(self) -> nn.Module:
        """The module that the text makes, with the model's weights."""
        made = instantiate(self.network)
        for pair in self.pairs:
            give_state(self.model, made, pair)
        return made


def verify(model: nn.Module, text: str, steps: Sequence[LayerStep], trace: Trace) -> Agreement:
    """Raise `DiagnosticError` where the text isn't the model; `steps` are its layers in order."""
    shape = trace.entry.shape
    network = checked(text)
    if isinstance(model, Sourced):
        bound(network, trace, model.batch or BATCH)
    pairs = paired(network, steps)
    refuse_tied(model, pairs)
    source = copy.deepcopy(model).to(torch.float64).eval()
    stir(source)
    made = instantiate(network).to(torch.float64).eval()
    for pair in pairs:
        give_state(source, made, pair)
    compare(source, made, pairs, shape)
    if trace.outputs:
        names = [node.name for node in network.root.output_nodes]
        compare_outputs(source, made, sorted(trace.outputs, key=lambda each: names.index(each.name)), shape)
    return Agreement(model, network, tuple(pairs))


def bound(network: Network, trace: Trace, batch: int) -> None:
    """Raise where running a network that came from a file would take more than it should."""
    largest = max((trace.entry, *trace.calls), key=lambda call: prod(call.shape))
    images = max(batch, BATCH) / BATCH
    if prod(largest.shape) * images > MOST_ELEMENTS or network.multiply_adds * images > MOST_PRODUCTS:
        fail(
            codes.NOT_RUN,
            f"the network makes {prod(largest.shape):,} numbers by {network.multiply_adds:,} multiply-adds, "
            f"and runs on {batch:,} images at once",
            "this is its largest value",
            largest.place,
            f"to compare outputs, up to {MOST_ELEMENTS:,} and {MOST_PRODUCTS:,} are run, of {BATCH} images",
        )


def checked(text: str) -> Network:
    """The network of a text that must be right; where a layer's rule refuses it, its message."""
    result = check_source(Source("<imported>", text))
    if result.network is not None:
        return result.network
    first = result.diagnostics[0]
    place = Place()
    where = first.span.source.line(first.span.line).strip() if first.span else ""
    help = f"{first.label}; the text would have been `{where}`" if where else first.label
    raise DiagnosticError(Diagnostic(codes.NO_LAYER, first.message, place.span, help=help))


def stir(model: nn.Module) -> None:
    """Parameters that a model starts at 0 or 1 would hide mistakes; so they are moved."""
    generator = torch.Generator().manual_seed(SEED)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() < 2 or bool((parameter == parameter.flatten()[0]).all()):
                noise = torch.randn(parameter.shape, generator=generator, dtype=parameter.dtype)
                parameter.add_(0.1 * noise)
        for module in model.modules():
            mean, variance = getattr(module, "running_mean", None), getattr(module, "running_var", None)
            if isinstance(mean, Tensor) and isinstance(variance, Tensor):
                mean.add_(0.1 * torch.randn(mean.shape, generator=generator, dtype=mean.dtype))
                variance.mul_(0.5 + torch.rand(variance.shape, generator=generator, dtype=variance.dtype))


def compare(source: nn.Module, made: nn.Module, pairs: Sequence[Pair], shape: tuple[int, ...]) -> None:
    """Both on the same numbers; where they differ, the first layer whose outputs do."""
    value = drawn(BATCH, shape, SEED)
    first = exact_value(source, value)
    if are_close(first, exact_value(made, value)):
        return
    if not torch.equal(first, exact_value(source, value)):
        fail(
            codes.NOT_EQUAL,
            "the model gives something else each time, in evaluation too",
            "a text that does the same has to draw nothing in evaluation",
            Place(type(source).__name__),
            "is it dropout? F.dropout(x, p, training=self.training) is off in evaluation",
        )
    wanted, given = outputs(source, value), outputs(made, value)
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
        "the layers that are modules agree; what is called after the last of them differs",
        pairs[-1].step.place if pairs else Place(type(source).__name__),
    )


def compare_outputs(
    source: nn.Module, made: nn.Module, further: Sequence[Output], shape: tuple[int, ...]
) -> None:
    """The further outputs of both, in the order of the text.

    The models themselves are in training, so that they give them; their parts
    are not, so that nothing is drawn.
    """
    value = drawn(BATCH, shape, SEED)
    for model in (source, made):
        model.training = True
    wanted, given = named_values(exact(source, value)), list(named_values(exact(made, value)).values())[1:]
    for each, other in zip(further, given, strict=True):
        one = wanted.get(each.key)
        if one is None or not are_close(one, other):
            fail(
                codes.NOT_EQUAL,
                f"the further output `{each.name}` is another",
                "it is made here",
                each.call.place,
            )


def are_close(wanted: Tensor, given: Tensor) -> bool:
    """Whether two outputs are equal but for rounding."""
    if wanted.shape != given.shape:
        return False
    return float((wanted - given).abs().max()) <= TOLERANCE * max(float(wanted.abs().max()), 1.0)


def outputs(model: nn.Module, value: Tensor) -> dict[str, Tensor]:
    """What each module of a model makes, and under no name what the model does."""
    found: dict[str, Tensor] = {}
    handles = []
    for name, module in model.named_modules():

        def keep(_: nn.Module, given: object, made: object, name: str = name) -> None:
            if isinstance(made, Tensor):
                found[name] = made.clone()

        handles.append(module.register_forward_hook(keep))
    exact(model, value)
    for handle in handles:
        handle.remove()
    return found
