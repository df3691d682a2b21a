"""Lints about what a network takes: parameters and memory."""

from __future__ import annotations

from math import prod

from netdsl.diagnostics.catalogue import lint_maps as codes
from netdsl.diagnostics.diagnostic import Diagnostic, Fix, Label
from netdsl.lints.declaration import NetworkLint
from netdsl.lints.edits import is_written, put_before
from netdsl.lints.graph import Graph, Use

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdsl.lints.options import LintOptions

MANY = 10_000_000
FLOAT_BYTES = 4
UNITS = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}


def large_flatten(graph: Graph, options: LintOptions) -> Iterator[tuple[Use, Diagnostic]]:
    """A linear layer over a flattened map that has most of the parameters."""
    whole = graph.network.parameter_count
    for use in graph.uses:
        if use.kind != "linear" or use.node.parameter_count < max(MANY, whole / 2):
            continue
        flatten = flattened_by(use)
        if flatten is None:
            continue
        share = round(100 * use.node.parameter_count / whole)
        fix = (
            Fix("pool the map first", (put_before(flatten, "avgpool(global)"),))
            if is_written(flatten)
            else None
        )
        yield (
            use,
            Diagnostic(
                codes.LARGE_FLATTEN,
                "flattened map into a linear layer with most of the parameters",
                use.span,
                f"{use.node.parameter_count:,} parameters, {share} % of all",
                (Label(flatten.span, f"flattens {flatten.given}"),),
                help="pool the map first: avgpool(global) -> flatten",
                fix=fix,
            ),
        )


def flattened_by(use: Use) -> Use | None:
    """The `flatten` of a map of several positions whose values a layer takes."""
    before = use.source
    while before is not None and (before.passes or before.family == "dropout"):
        if before.kind == "flatten" and prod(before.given.spatial) > 1:
            return before
        before = before.source
    return None


def over_budget(graph: Graph, options: LintOptions) -> Iterator[tuple[Use | None, Diagnostic]]:
    """Activations of a batch that take more than the stated memory."""
    if options.memory is None:
        return
    taken = graph.network.activation_bytes * options.batch_size
    if taken <= options.memory:
        return
    largest = max(graph.uses, key=lambda use: 0 if use.node.view else use.node.output.size)
    share = FLOAT_BYTES * largest.node.output.size * options.batch_size
    batch = f"a batch of {options.batch_size:,}" if options.batch_size > 1 else "one sample"
    yield (
        None,
        Diagnostic(
            codes.OVER_BUDGET,
            f"activations over the stated {in_bytes(options.memory)}",
            graph.network.root.span,
            f"those of {batch} take {in_bytes(taken)}",
            (Label(largest.span, f"the largest, {largest.node.output}, takes {in_bytes(share)}"),),
            help="take a smaller batch, or stride or pool earlier",
        ),
    )


def in_bytes(count: int) -> str:
    """Bytes with the largest unit that makes one or more of them."""
    for unit, size in reversed(UNITS.items()):
        if count >= size:
            return f"{count / size:.4g} {unit}"
    return f"{count} bytes"


LINTS = (
    NetworkLint(codes.LARGE_FLATTEN, True, large_flatten),
    NetworkLint(codes.OVER_BUDGET, True, over_budget),
)
