"""The calls of a trace, with what is one layer of the language as one call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from netdsl.diagnostics.catalogue import importing as codes
from netdsl.importing.model import Call, Options, Trace
from netdsl.importing.problems import fail
from netdsl.importing.trace import UNKNOWN


def simplify(trace: Trace) -> Trace:
    """The same network with fewer calls.

    Raises `DiagnosticError` at the first call that no layer says, and where a
    module with parameters runs twice.
    """
    calls = used(trace.result)
    refuse_unknown(calls)
    grow_concats(calls)
    calls = used(trace.result)
    result = replace(calls, trace.result, shuffles(calls) | tokens(calls) | channel_norms(calls))
    result = flatten_sums(used(result), result)
    return Trace(trace.entry, tuple(used(result)), result, trace.notes)


def used(result: Call) -> list[Call]:
    """The calls that a result depends on, each behind those it reads; the entry is none of them."""
    order: list[Call] = []
    seen: set[Call] = set()
    pending: list[tuple[Call, bool]] = [(result, False)]
    while pending:
        call, is_done = pending.pop()
        if is_done:
            order.append(call)
        elif call not in seen and call.inputs:
            seen.add(call)
            pending.append((call, True))
            pending += [(each, False) for each in reversed(call.inputs)]
    return order


def readers(calls: Iterable[Call]) -> dict[Call, list[Call]]:
    """Who reads each value."""
    found: dict[Call, list[Call]] = {}
    for call in calls:
        for each in call.inputs:
            found.setdefault(each, []).append(call)
    return found


def refuse_unknown(calls: Sequence[Call]) -> None:
    """Raise at the first call that can't be said."""
    paths: dict[str, Call] = {}
    for call in calls:
        if call.layer == UNKNOWN:
            fail(codes.NO_LAYER, str(dict(call.options)["message"]), "no layer says this", call.place)
        if call.path and call.path in paths and holds_parameters(call):
            fail(
                codes.NO_LAYER,
                f"`{call.path}` runs twice with the same parameters",
                "the second time",
                call.place,
                "in a `.net` file each step has parameters of its own",
            )
        paths[call.path] = call


LEARNING = frozenset(
    ("conv", "depthwise", "conv_transpose", "linear", "bn", "layernorm", "groupnorm", "instancenorm", "prelu")
)


def holds_parameters(call: Call) -> bool:
    """Whether a layer may have weights."""
    return call.layer in LEARNING


def grow_concats(calls: Sequence[Call]) -> None:
    """A concatenation that begins with all values of an earlier one reads that one.

    So DenseNet, whose layers each join all that was made before, becomes a
    chain in which each layer adds its own.
    """
    made: dict[tuple[object, ...], Call] = {}
    for call in calls:
        if call.layer != "concat":
            continue
        parts = list(call.inputs)
        for end in range(len(parts) - 1, 1, -1):
            earlier = made.get((call.options, *parts[:end]))
            if earlier is not None:
                call.inputs = [earlier, *parts[end:]]
                break
        made.setdefault((call.options, *parts), call)
    for call in calls:
        if call.layer == "concat":
            hoist(call)


def hoist(call: Call) -> None:
    """A merge at the head of a scope, all of whose values come from outside, stands before the scope."""
    while call.scope is not None and call.scope.parent is not None:
        if any(call.scope in each.scope.chain() for each in call.inputs if each.scope is not None):
            return
        call.scope = call.scope.parent


Replacement = tuple[list[Call], Call]


def replace(calls: Sequence[Call], result: Call, replaced: dict[Call, Call]) -> Call:
    """Every reader of a replaced call reads the other one."""
    for call in (*calls, *replaced.values()):
        call.inputs = [follow(each, replaced) for each in call.inputs]
    return follow(result, replaced)


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


def flatten_sums(calls: Sequence[Call], result: Call) -> Call:
    """`a + b + c` as one sum, where nobody else reads `a + b` and no identity takes part."""
    read = readers(calls)
    for call in calls:
        first = call.inputs[0] if call.layer in ("add", "multiply") else None
        is_sum_of_sums = first is not None and first.layer == call.layer and len(read[first]) == 1
        if first is None or not is_sum_of_sums or first.scope is not call.scope or len(call.inputs) != 2:
            continue
        if call.inputs[1] not in first.inputs and not is_before(call.inputs[1], first):
            call.inputs = [*first.inputs, call.inputs[1]]
    return result


def is_before(earlier: Call, later: Call) -> bool:
    """Whether one call's value takes part in another's."""
    return earlier in used(later) or earlier.layer == "input"
