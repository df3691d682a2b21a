"""What a layer is called that is in both networks: as it was and as it is."""

from __future__ import annotations

from netdsl.drawing.captions import MINOR, call, cut, default_word, options_of
from netdsl.network.nodes import LayerNode

# Two calls are longer than one.
LONGEST_CHANGE = 72
ARROW = " -> "
NOT_GIVEN = "none"


def is_written_as_before(was: LayerNode, now: LayerNode) -> bool:
    """Whether two layers differ in nothing but what follows from what they are fed."""
    return was.kind == now.kind and all(before == after for before, after in _words(was, now).values())


def changed_call(was: LayerNode, now: LayerNode) -> str:
    """A call with what changed in it: `conv(64 -> 96, 3, padding=1)`, or one call and the other."""
    positional = options_of(now)[0]
    words = _words(was, now)
    # What is not given has no value to tell, such as the stride of a pool, which is then its kernel.
    is_unset = any(NOT_GIVEN in pair and pair[0] != pair[1] for pair in words.values())
    if was.kind != now.kind or options_of(was)[0].keys() != positional.keys() or is_unset:
        return cut(f"{call(was)}{ARROW}{call(now)}", LONGEST_CHANGE)
    shown = [_changed(*words.pop(name)) for name in positional]
    for name, (before, after) in words.items():
        if before != after or name not in MINOR:
            shown.append(f"{name}={_changed(before, after)}")
    return cut(f"{now.kind}({', '.join(shown)})" if shown else now.kind, LONGEST_CHANGE)


def _words(was: LayerNode, now: LayerNode) -> dict[str, tuple[str, str]]:
    """What each option of either layer was and is."""
    old, new = ({**positional, **named} for positional, named in map(options_of, (was, now)))
    return {
        name: (old.get(name) or default_word(was.kind, name), new.get(name) or default_word(now.kind, name))
        for name in dict.fromkeys([*old, *new])
    }


def _changed(before: str, after: str) -> str:
    return after if before == after else f"{before}{ARROW}{after}"
