"""What a layer is called that is in both networks: as it was and as it is."""

from __future__ import annotations

from netdsl.drawing.captions import MINOR, call, cut, default_word, options_of
from netdsl.layers.tensor import TensorType
from netdsl.network.nodes import LayerNode

# Two calls are longer than one.
LONGEST_CHANGE = 72
ARROW = " -> "


def is_written_as_before(was: LayerNode, was_given: TensorType, now: LayerNode, given: TensorType) -> bool:
    """Whether two layers differ in nothing but what follows from what they are fed."""
    return was.kind == now.kind and options_of(was, was_given) == options_of(now, given)


def changed_call(was: LayerNode, was_given: TensorType, now: LayerNode, given: TensorType) -> str:
    """A call with what changed in it: `conv(64 -> 96, 3, padding=1)`, or one call and the other."""
    old, new = options_of(was, was_given), options_of(now, given)
    if was.kind != now.kind or len(old[0]) != len(new[0]):
        return cut(f"{call(was, was_given)}{ARROW}{call(now, given)}", LONGEST_CHANGE)
    words = [_changed(*pair) for pair in zip(old[0], new[0], strict=True)]
    for name in dict.fromkeys([*old[1], *new[1]]):
        before, after = (side[1].get(name) or default_word(now.kind, name) for side in (old, new))
        if before != after or name not in MINOR:
            words.append(f"{name}={_changed(before, after)}")
    return cut(f"{now.kind}({', '.join(words)})" if words else now.kind, LONGEST_CHANGE)


def _changed(before: str, after: str) -> str:
    return after if before == after else f"{before}{ARROW}{after}"
