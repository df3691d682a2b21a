"""Layers over the last axis of a map whose channels were brought there, as layers over its channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from netdsl.diagnostics.catalogue import importing as codes
from netdsl.importing.model import Call, Options, Value
from netdsl.importing.problems import fail
from netdsl.importing.structuring.graph import readers
from netdsl.layers.table import BUILT_IN

# What a LayerNorm over the last axis of a map is read as; the language has no such layer.
LAST = ("over", "last")


def channels_last(calls: Sequence[Call]) -> dict[Call, Call]:
    """Two permutations and what is between them, without the permutations.

    A matrix over the last axis is a 1x1 convolution, a LayerNorm over it one
    over the channels; activations and dropout are the same in any layout.
    """
    read = readers(calls)
    found: dict[Call, Call] = {}
    for call in calls:
        chain = between(call, read) if is_to_end(call) else None
        if not chain:
            continue
        before = call.inputs[0]
        for each in chain[:-1]:
            layer, options = said_of_channels(each)
            shape = (each.shape[-1], *each.shape[:-1])
            before = replace(each, layer=layer, options=options, inputs=[before], shape=shape)
        found[chain[-1]] = before
    return found


def is_to_end(call: Call) -> bool:
    """Whether a call brings the channels of a map to the end."""
    rank = len(call.shape) + 1
    return call.layer == "permute" and rank > 3 and order(call) == (*range(2, rank), 1)


def order(call: Call) -> Value:
    """The order of a permutation's axes."""
    return dict(call.options).get("dims")


def between(call: Call, read: dict[Call, list[Call]]) -> list[Call] | None:
    """The calls after a permutation up to the one that undoes it, None where other layers are between."""
    rank = len(call.shape) + 1
    chain: list[Call] = []
    while True:
        following = read.get(chain[-1] if chain else call, [])
        if len(following) != 1:
            return None
        (after,) = following
        chain.append(after)
        if after.layer == "permute" and order(after) == (rank - 1, *range(1, rank - 1)):
            return chain if len(chain) > 1 else None
        if not is_of_last_axis(after):
            return None


def is_of_last_axis(call: Call) -> bool:
    """Whether a layer does to each position the same."""
    family = BUILT_IN[call.layer].family if call.layer in BUILT_IN else ""
    plain = family == "activation" and call.layer not in ("prelu", "softmax", "log_softmax")
    return plain or call.layer in ("linear", "dropout") or LAST in call.options


def said_of_channels(call: Call) -> tuple[str, Options]:
    """The layer of a map that does what this one does to its last axis."""
    if call.layer == "linear":
        given = dict(call.options)
        options: Options = (("out_channels", given.pop("out_features")), ("kernel_size", 1), *given.items())
        return "conv", options
    rest = tuple(each for each in call.options if each != LAST)
    return call.layer, (("over", "channels"), *rest) if LAST in call.options else rest


def refuse_rest(calls: Sequence[Call]) -> None:
    """Raise where a LayerNorm over the last axis is left."""
    for call in calls:
        if LAST in call.options:
            fail(
                codes.NO_LAYER,
                "a LayerNorm over some axes of a map is said only for its channels, axis 1",
                "no layer says this",
                call.place,
            )
