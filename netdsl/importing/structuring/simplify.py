"""The calls of a trace, with what is one layer of the language as one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as dataclass_replace

from netdsl.diagnostics.catalogue import importing as codes
from netdsl.importing.model import Call, Trace
from netdsl.importing.problems import fail
from netdsl.importing.structuring.channels_last import channels_last, refuse_rest
from netdsl.importing.structuring.graph import readers, used
from netdsl.importing.structuring.patterns import channel_norms, idle, replace, shuffles, strides, tokens
from netdsl.importing.tracing.recording import UNKNOWN


def simplify(trace: Trace) -> Trace:
    """The same network with fewer calls.

    Raises `DiagnosticError` at the first call that no layer says.
    """
    results = [trace.result, *(each.call for each in trace.outputs)]
    refuse_unknown(used(*results))
    grow_concats(used(*results))
    for patterns in (idle, channels_last, strides, shuffles, tokens, channel_norms):
        calls = used(*results)
        results = replace(calls, results, patterns(calls))
    refuse_rest(used(*results))
    flatten_sums(used(*results))
    result, *further = results
    outputs = tuple(
        dataclass_replace(each, call=call) for each, call in zip(trace.outputs, further, strict=True)
    )
    return Trace(trace.entry, tuple(used(*results)), result, trace.notes, outputs)


def refuse_unknown(calls: Sequence[Call]) -> None:
    """Raise at the first call that can't be said."""
    for call in calls:
        if call.layer == UNKNOWN:
            fail(codes.NO_LAYER, str(dict(call.options)["message"]), "no layer says this", call.place)


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


def flatten_sums(calls: Sequence[Call]) -> None:
    """`a + b + c` as one sum, where nobody else reads `a + b` and no identity takes part."""
    read = readers(calls)
    for call in calls:
        first = call.inputs[0] if call.layer in ("add", "multiply") else None
        is_sum_of_sums = first is not None and first.layer == call.layer and len(read[first]) == 1
        if first is None or not is_sum_of_sums or first.scope is not call.scope or len(call.inputs) != 2:
            continue
        if call.inputs[1] not in first.inputs and not is_before(call.inputs[1], first):
            call.inputs = [*first.inputs, call.inputs[1]]


def is_before(earlier: Call, later: Call) -> bool:
    """Whether one call's value takes part in another's."""
    return earlier in used(later) or earlier.layer == "input"
