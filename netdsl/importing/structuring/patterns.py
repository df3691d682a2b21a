"""Calls in a row that are one layer of the language."""

from __future__ import annotations

from collections.abc import Sequence

from netdsl.importing.model import Call, Options, Value
from netdsl.importing.structuring.graph import readers
from netdsl.layers.arguments import compact


def replace(calls: Sequence[Call], results: Sequence[Call], replaced: dict[Call, Call]) -> list[Call]:
    """Every reader of a replaced call reads the other one."""
    for call in (*calls, *replaced.values()):
        call.inputs = [follow(each, replaced) for each in call.inputs]
    return [follow(each, replaced) for each in results]


def follow(call: Call, replaced: dict[Call, Call]) -> Call:
    """What stands for a call."""
    while call in replaced and replaced[call] is not call:
        call = replaced[call]
    return call


def chain_behind(call: Call, names: Sequence[str], read: dict[Call, list[Call]]) -> list[Call] | None:
    """The calls of these layers in a chain that begins with a call, each read once."""
    chain = [call]
    for name in names:
        following = read.get(chain[-1], [])
        if len(following) != 1 or following[0].layer != name:
            return None
        chain.append(following[0])
    return chain


def one_call(chain: Sequence[Call], layer: str, options: Options = (), path: str = "") -> Call:
    """One call that stands for a chain."""
    last = chain[-1]
    return Call(layer, options, list(chain[0].inputs), last.shape, last.scope, chain[0].place, path)


def idle(calls: Sequence[Call]) -> dict[Call, Call]:
    """Dropout of nothing."""
    drops = [call for call in calls if call.layer in ("dropout", "alpha_dropout", "drop_path")]
    return {call: call.inputs[0] for call in drops if dict(call.options).get("p") == 0}


def strides(calls: Sequence[Call]) -> dict[Call, Call]:
    """Every n-th position along one axis, then along another, as one step."""
    read = readers(calls)
    found: dict[Call, Call] = {}
    for call in calls:
        chain = chain_behind(call, ("avgpool",), read) if call.layer == "avgpool" else None
        given = [dict(each.options) for each in chain or ()]
        if not chain or any(
            set(each) != {"kernel_size", "stride"} or each["kernel_size"] != 1 for each in given
        ):
            continue
        first, second = (per_axis(each["stride"], len(call.spatial)) for each in given)
        stride = compact(tuple(a * b for a, b in zip(first, second, strict=True)))
        found[chain[-1]] = one_call(chain, "avgpool", (("kernel_size", 1), ("stride", stride)))
    return found


def per_axis(value: Value, axes: int) -> tuple[int, ...]:
    """A stride for each axis."""
    return value if isinstance(value, tuple) else (int(value or 1),) * axes


def shuffles(calls: Sequence[Call]) -> dict[Call, Call]:
    """Channels in groups, exchanged and joined again: `channel_shuffle`."""
    read = readers(calls)
    found: dict[Call, Call] = {}
    for call in calls:
        chain = chain_behind(call, ("permute", "reshape"), read) if call.layer == "reshape" else None
        if chain is None:
            continue
        before = call.inputs[0].shape
        groups = call.shape[0]
        order = dict(chain[1].options)["dims"]
        rest = tuple(range(3, len(call.shape) + 1))
        if (
            call.shape[2:] == before[1:]
            and order == (2, 1, *rest)
            and chain[-1].shape == before
            and groups > 1
        ):
            found[chain[-1]] = one_call(chain, "channel_shuffle", (("groups", groups),))
    return found


def tokens(calls: Sequence[Call]) -> dict[Call, Call]:
    """Positions joined and made the first axis: `tokens`."""
    read = readers(calls)
    found: dict[Call, Call] = {}
    for call in calls:
        chain = chain_behind(call, ("permute",), read) if call.layer == "reshape" else None
        if chain and len(call.shape) == 2 and call.shape[0] == call.inputs[0].channels:
            found[chain[-1]] = one_call(chain, "tokens")
    return found


def channel_norms(calls: Sequence[Call]) -> dict[Call, Call]:
    """A LayerNorm between two permutations that bring the channels to the end and back."""
    read = readers(calls)
    found: dict[Call, Call] = {}
    for call in calls:
        chain = chain_behind(call, ("layernorm", "permute"), read) if call.layer == "permute" else None
        if chain and chain[-1].shape == call.inputs[0].shape:
            options: Options = (("over", "channels"), *chain[1].options)
            found[chain[-1]] = one_call(chain, "layernorm", options, chain[1].path)
    return found
