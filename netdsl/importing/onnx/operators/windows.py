"""Windows of convolutions and pools: how far they go beyond the map."""

from __future__ import annotations

from netdsl.importing.onnx.steps import Step
from netdsl.importing.tracing.reading import NoLayerError

Sides = tuple[tuple[int, int], ...]


def sides(step: Step, spatial: tuple[int, ...], kernel: tuple[int, ...]) -> Sides:
    """How much is added before and after each axis."""
    auto = step.text("auto_pad", "NOTSET")
    rank = len(spatial)
    if auto in ("SAME_UPPER", "SAME_LOWER"):
        strides, dilations = step.sizes("strides") or (1,) * rank, step.sizes("dilations") or (1,) * rank
        totals = [
            max((-(-size // stride) - 1) * stride + dilation * (width - 1) + 1 - size, 0)
            for size, stride, dilation, width in zip(spatial, strides, dilations, kernel, strict=True)
        ]
        halves = [(total // 2, total - total // 2) for total in totals]
        return tuple(pair if auto == "SAME_UPPER" else pair[::-1] for pair in halves)
    pads = (step.sizes("pads") if auto == "NOTSET" else None) or (0,) * (2 * rank)
    if len(pads) != 2 * rank:
        raise NoLayerError(f"{len(pads)} pads for {rank} axes")
    return tuple(zip(pads[:rank], pads[rank:], strict=True))


def even(given: Sides) -> tuple[int, ...] | None:
    """The padding of each axis, None where its two sides differ."""
    return tuple(before for before, _ in given) if all(a == b for a, b in given) else None


def as_torch(given: Sides) -> list[int]:
    """The sides as torch's `pad` takes them: the last axis first."""
    return [each for pair in reversed(given) for each in pair]
