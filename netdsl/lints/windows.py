"""The numbers of a sliding window, read from the call that makes the layer."""

from __future__ import annotations

from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.layers.kinds import Accepted
    from netdsl.lints.graph import Use


class SlidingWindow(Record):
    """Kernel, stride, padding and dilation along each axis; `is_same` pads as torch's `same` does."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    dilation: tuple[int, ...]
    is_same: bool
    has_ceil_mode: bool
    pads_zeros: bool

    @property
    def reach(self) -> tuple[int, ...]:
        """How far the kernel reaches along each axis."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True))


_KERNELS = {"conv": 2, "depthwise": 2, "maxpool": 0, "avgpool": 0, "lppool": 1}


def window_of(use: Use) -> SlidingWindow | None:
    """The window of a convolution or pool; None for other layers, and for pools to a given size."""
    place = _KERNELS.get(use.kind)
    constructor = use.node.constructor
    if place is None or "Adaptive" in constructor.target:
        return None
    options = dict(constructor.keywords)
    rank = len(use.given.spatial)
    kernel = spread(constructor.arguments[place], rank)
    padding = options.get("padding", 0)
    is_pool = use.family == "pooling"
    return SlidingWindow(
        kernel,
        spread(options.get("stride", kernel if is_pool else 1), rank),
        (0,) * rank if isinstance(padding, str) else spread(padding, rank),
        spread(options.get("dilation", 1), rank),
        padding == "same",
        options.get("ceil_mode") is True,
        options.get("padding_mode", "zeros") == "zeros",
    )


def spread(value: Accepted, rank: int) -> tuple[int, ...]:
    """An integer once for each axis; several as they are."""
    if isinstance(value, tuple):
        return value
    assert isinstance(value, int)
    return (value,) * rank
