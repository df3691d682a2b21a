"""Arithmetic of sliding windows, shared by convolutions and pools."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import shapes as codes
from netdsl.layers.refusal import Amend, LayerError, Remove
from netdsl.layers.tensor import MAP, TensorType

_FARTHEST_DIVISOR = 1000
IMAGE_CHANNELS = (1, 3, 4)


def times(sizes: tuple[int, ...]) -> str:
    """Sizes as people write them: `5x5`; one axis as `5`."""
    return "x".join(map(str, sizes))


def article(sizes: tuple[int, ...]) -> str:
    """Sizes with their article: `a 5x5`, `an 8x8`."""
    spoken = str(sizes[0])
    return f"{'an' if spoken[0] == '8' or spoken in ('11', '18') else 'a'} {times(sizes)}"


def either(numbers: tuple[int, ...]) -> str:
    """Numbers to choose from: `1, 2 or 3`."""
    *others, last = map(str, numbers)
    return f"{', '.join(others)} or {last}" if others else last


def channels_first(shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """What is meant by the shape of a square image with its channels last; None of other shapes.

    Images have 1 channel (grey), 3 (colours) or 4 (colours with transparency).
    """
    if len(shape) != 3:
        return None
    height, width, channels = shape
    is_image = height == width and channels in IMAGE_CHANNELS and height > max(IMAGE_CHANNELS)
    return (channels, height, width) if is_image else None


def reach(kernel: tuple[int, ...], dilation: tuple[int, ...]) -> tuple[int, ...]:
    """How far a dilated kernel reaches along each axis."""
    return tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))


def divisors_near(whole: int, wanted: int) -> str | None:
    """A help that names the divisors of a number next to one that is none; None where they are far away."""
    below = range(wanted - 1, max(wanted - _FARTHEST_DIVISOR, 0), -1)
    above = range(wanted + 1, min(wanted + _FARTHEST_DIVISOR, whole + 1))
    near = [next((each for each in numbers if whole % each == 0), None) for numbers in (below, above)]
    found = [str(each) for each in near if each is not None]
    return f"{' and '.join(found)} divide{'s' * (len(found) == 1)} {whole}" if found else None


def need_map(name: str, value: TensorType, ranks: tuple[int, ...] = (1, 2, 3)) -> int:
    """The number of spatial axes; raises `LayerError` where the value is not a map of such a rank."""
    if value.layout != MAP:
        what = "features" if len(value.shape) == 1 else "tokens"
        raise LayerError(
            codes.WRONG_LAYOUT,
            f"`{name}` needs a map",
            f"{value} {what} flow into it, which have no spatial axes",
            help="put it before the map is flattened",
            shape_is_cause=True,
        )
    if len(value.spatial) not in ranks:
        raise LayerError(
            codes.WRONG_LAYOUT,
            f"`{name}` takes {either(ranks)} spatial axes",
            f"{value} has {len(value.spatial)}",
            shape_is_cause=True,
        )
    return len(value.spatial)


def slide(
    name: str,
    value: TensorType,
    extent: tuple[int, ...],
    stride: tuple[int, ...],
    padding: tuple[int, ...],
    *,
    ceil_mode: bool = False,
    can_pad: bool = True,
) -> tuple[int, ...]:
    """The spatial sizes after a window that slides over a map.

    Raises `LayerError` where the window reaches further than the padded map.
    With `ceil_mode` the last window may start inside and end outside, as in
    torch.nn's pools.
    """
    out = []
    for size, k, s, p in zip(value.spatial, extent, stride, padding, strict=True):
        room = size + 2 * p - k
        count = -(-room // s) + 1 if ceil_mode else room // s + 1
        if ceil_mode and (count - 1) * s >= size + p:
            count -= 1
        if count < 1:
            raise too_wide(name, value, extent, padding, can_pad)
        out.append(count)
    return tuple(out)


def too_wide(
    name: str, value: TensorType, extent: tuple[int, ...], padding: tuple[int, ...], can_pad: bool
) -> LayerError:
    """The error of a kernel that doesn't fit, with the least padding that would."""
    needed = max(-(-(k - size) // 2) for k, size in zip(extent, value.spatial, strict=True))
    padded = f" padded by {times(padding)}" if any(padding) else ""
    fix: Amend | Remove
    if can_pad:
        fix = Amend("padding", str(needed), f"add padding={needed}")
        help = f"add padding={needed} or more, or pool less above"
    else:
        fix = Remove(f"remove this {name}")
        help = "pool less above, or leave this one out"
    return LayerError(
        codes.KERNEL_DOES_NOT_FIT,
        "kernel does not fit its input",
        f"{article(extent)} kernel over {article(value.spatial)} map{padded}",
        help=help,
        fix=fix,
        shape_is_cause=True,
    )
