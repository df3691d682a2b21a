"""Functions of torch that no module does: changes of shape, means, indexes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod

from netdsl.importing.model import Options
from netdsl.importing.tracing.reading import NoLayerError
from netdsl.importing.tracing.use import Layers, Use
from netdsl.layers.arguments import compact
from netdsl.layers.kinds import Word


def reshaped(use: Use) -> Layers:
    """A vector is flattened, other shapes are written out."""
    if prod(use.before) != prod(use.after):
        raise NoLayerError(f"`{use.name}` mixes the images of a batch")
    if use.before == use.after:
        return []
    if len(use.after) == 1:
        return [("flatten", ())]
    if not 1 <= len(use.after) <= 4:
        raise NoLayerError(f"a value with {len(use.after)} axes")
    return [("reshape", (("shape", use.after),))]


def permuted(use: Use) -> Layers:
    """Axes in another order, the batch first."""
    named = use.keywords.get("dims")
    first = named if named is not None else use.arguments[0]
    given = first if isinstance(first, Sequence) else use.arguments
    return in_order(use, [axis(dim, len(use.before) + 1) for dim in given])


def transposed(use: Use) -> Layers:
    """Two axes exchanged."""
    rank = len(use.before) + 1
    names = ("dim0", "dim1")
    first, second = (axis(use.given(place, name), rank) for place, name in enumerate(names))
    order = list(range(rank))
    order[first], order[second] = second, first
    return in_order(use, order)


def in_order(use: Use, order: list[int]) -> Layers:
    """A permutation that leaves the batch first."""
    if order[0] != 0:
        raise NoLayerError(f"`{use.name}` moves the axis of the batch")
    if order == list(range(len(order))):
        return []
    return [("permute", (("dims", tuple(order[1:])),))]


def axis(dim: object, rank: int) -> int:
    """An axis counted from 0, the batch."""
    if not isinstance(dim, int):
        raise NoLayerError(f"{dim!r} as an axis")
    return dim % rank


def averaged(use: Use) -> Layers:
    """The mean of all positions, or of all tokens."""
    return pooled(use, "avgpool")


def largest(use: Use) -> Layers:
    """The largest of all positions."""
    return pooled(use, "maxpool")


def pooled(use: Use, layer: str) -> Layers:
    """A whole map as one number a channel."""
    dims = use.given(0, "dim")
    rank = len(use.before) + 1
    axes = sorted(axis(dim, rank) for dim in (dims if isinstance(dims, Sequence) else (dims,)))
    keeps = bool(use.given(1, "keepdim", False))
    if rank == 3 and axes == [1] and layer == "avgpool" and not keeps:
        return [("mean_tokens", ())]
    if axes != list(range(2, rank)) or rank < 3:
        raise NoLayerError(f"`{use.name}` over other axes than all positions of a map")
    made: Layers = [(layer, (("kernel_size", Word("global")),))]
    return made if keeps else [*made, ("flatten", ())]


def padded(use: Use) -> Layers:
    """Elements around a map, or channels of zeros after."""
    given = use.given(0, "pad")
    mode, value = use.given(1, "mode", "constant"), use.given(2, "value", None)
    if not isinstance(given, Sequence) or value not in (None, 0, 0.0):
        raise NoLayerError("`pad` with another value than 0")
    sides = [int(each) for each in given]
    spatial, rest = sides[: 2 * (len(use.before) - 1)], sides[2 * (len(use.before) - 1) :]
    if any(rest):
        if any(spatial) or mode != "constant" or rest[0] != 0 or rest[1] < 0 or any(rest[2:]):
            raise NoLayerError("`pad` of other axes than the positions of a map, or of channels after it")
        return [("pad_channels", (("out_channels", use.after[0]),))]
    spatial += [0] * (2 * (len(use.before) - 1) - len(spatial))
    if not any(spatial):
        return []
    amount = spatial[0] if len(set(spatial)) == 1 else tuple(spatial)
    options: Options = (("padding", amount),)
    return [("pad", options if mode == "constant" else (*options, ("mode", str(mode))))]


def scaled(use: Use) -> Layers:
    """Times a number, or divided by one."""
    factor = use.given(0, "other")
    if isinstance(factor, bool) or not isinstance(factor, int | float) or factor == 0:
        raise NoLayerError(f"`{use.name}` with a tensor that the layers before don't make")
    factor = 1 / factor if use.name in ("div", "true_divide") else factor
    return [] if factor == 1 else [("scale", (("factor", factor),))]


def indexed(use: Use) -> Layers:
    """Equal parts of the channels, every n-th position, a border cut off, one token, or further axes."""
    index = use.arguments[0]
    parts = index if isinstance(index, tuple) else (index,)
    parts = tuple(part for part in parts if part is not Ellipsis) if parts[-1:] == (Ellipsis,) else parts
    if Ellipsis in parts:
        place = parts.index(Ellipsis)
        missing = len(use.before) + 1 - (len(parts) - 1)
        parts = (*parts[:place], *(slice(None),) * missing, *parts[place + 1 :])
    whole = slice(None)
    if not parts or parts[0] != whole:
        raise NoLayerError("an index into the batch")
    rest = parts[1:]
    if all(part is None or part == whole for part in rest):
        # `None` puts in an axis of size 1.
        return reshaped(use)
    if len(rest) == 1 and isinstance(rest[0], slice):
        start, stop, step = rest[0].indices(use.before[0])
        count = stop - start
        if step == 1 and count > 0 and use.before[0] % count == 0 and start % count == 0:
            number = use.before[0] // count
            return [("channel_split", (("parts", number), ("index", start // count)))]
    if len(rest) == 1 and isinstance(rest[0], int) and len(use.before) == 2:
        index = rest[0] % use.before[0]
        return [("select_token", (("index", index),) if index else ())]
    steps = [
        part.step or 1 for part in rest[1:] if isinstance(part, slice) and part.start is part.stop is None
    ]
    if rest[0] == whole and len(steps) == len(rest) - 1:
        strides = compact((*steps, *(1 for _ in range(len(use.before) - len(rest)))))
        return [("avgpool", (("kernel_size", 1), ("stride", strides)))]
    raise NoLayerError(
        "an index that takes other parts than equal ones of the channels, or every n-th position"
    )


PATTERNS: Mapping[str, Callable[[Use], Layers]] = {
    **dict.fromkeys(("flatten", "view", "reshape", "squeeze", "unsqueeze", "unflatten"), reshaped),
    "permute": permuted,
    **dict.fromkeys(("transpose", "swapaxes"), transposed),
    "mean": averaged,
    "amax": largest,
    "pad": padded,
    **dict.fromkeys(("mul", "div", "true_divide", "multiply"), scaled),
    "getitem": indexed,
}
