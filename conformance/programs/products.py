"""Multiply-adds: what the check says of a layer against what torch's counter counts."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from conformance.programs.reference.tape import BATCH
from netdsl.network import LayerNode

# A part of a module that works on no sample, and so costs none anything: Swin V2's biases of positions.
SAMPLELESS = "cpb_mlp"
# An attribute that a module gets here.
POSITIONS = "noted_positions"
# Modules whose products torch's counter counts; what else is counted is each parameter once.
COUNTED = (nn.modules.conv._ConvNd, nn.Linear, nn.MultiheadAttention)


def note_positions(layer: nn.Module, inputs: object, output: Tensor) -> None:
    """A hook: the positions of a sample that a bias is added at."""
    channels = layer.out_features if isinstance(layer, nn.Linear) else layer.out_channels
    assert isinstance(channels, int)
    setattr(layer, POSITIONS, output.numel() // BATCH // channels)


def counted_in(counter: FlopCounterMode, name: str) -> int:
    """The multiply-adds of a sample that torch's counter has for a module."""
    found = {
        path.partition(".")[2]: sum(counts.values()) for path, counts in counter.get_flop_counts().items()
    }
    return (found.get(name, 0) - found.get(f"{name}.{SAMPLELESS}", 0)) // 2 // BATCH


def compare_products(name: str, node: LayerNode, module: nn.Module, counted: int) -> Iterator[str]:
    """The multiply-adds of a layer: those that torch counts, and beside them biases and single parameters."""
    biases, others = uncounted(module, node)
    if node.multiply_adds - counted not in (biases + others, biases):
        yield (
            f"multiply-adds of {name}: the check says {node.multiply_adds}; torch counts {counted}, "
            f"beside {biases} of biases and {others} of other parameters"
        )


def uncounted(module: nn.Module, node: LayerNode) -> tuple[int, int]:
    """Multiply-adds that torch's counter leaves out: biases at each position, and other parameters once.

    Of the others, those that are only added (a position's embedding) are not counted by the check either.
    """
    aside = set(getattr(module, SAMPLELESS, nn.Identity()).modules())
    inner = [each for each in module.modules() if isinstance(each, COUNTED) and each not in aside]
    held = {id(value) for each in inner for value in each.parameters()}
    others = sum(value.numel() for value in module.parameters() if id(value) not in held)
    if isinstance(module, nn.MultiheadAttention):
        biases = [value.numel() for name, value in module.named_parameters() if name.endswith("bias")]
        return node.output.shape[0] * sum(biases), others
    # One whose weight is used without calling it stands beside one that is called, on the same positions.
    positions = max((getattr(each, POSITIONS, 0) for each in inner), default=0)
    added = {each: each.bias for each in inner if isinstance(each.bias, Tensor)}
    return sum(bias.numel() * getattr(each, POSITIONS, positions) for each, bias in added.items()), others
