"""An ONNX file to the text of a `.net` file, checked against the file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from netdsl.importing.importer import Imported, import_model
from netdsl.importing.net_name import net_name
from netdsl.importing.onnx.agreement import compare_with_runtime
from netdsl.importing.onnx.file import read_message
from netdsl.importing.onnx.fusion import fused
from netdsl.importing.onnx.graph import graph_of
from netdsl.importing.onnx.network import OnnxNetwork
from netdsl.importing.onnx.problems import unreadable
from netdsl.importing.onnx.tensors import Reader

if TYPE_CHECKING:
    from onnx import ModelProto

MOST_AXES = 5
RULE = "pkg.onnxscript.rewriter.rule_name"


def import_onnx(path: Path, shape: tuple[int, ...] | None, name: str | None, *, external: bool) -> Imported:
    """The `.net` text of an ONNX file, and its weights.

    `shape` is that of the input, without the batch, where the file leaves it
    open; `external` allows files beside it to be read. Raises
    `DiagnosticError`.
    """
    message = read_message(path)
    graph = fused(graph_of(message, Reader(path.parent if external else None)))
    sizes = input_shape(graph.shape, shape)
    network = OnnxNetwork(graph)
    with torch.no_grad():
        network.prepare(sizes)
        made = import_model(network, sizes, name or net_name(re.sub(r"\W", "_", path.stem)), path.name)
    runtime = compare_with_runtime(network, message, made.module(), sizes)
    return made.with_notes(f"{runtime} gives the same outputs", *folded_norms(message))


def input_shape(said: tuple[int | None, ...], given: tuple[int, ...] | None) -> tuple[int, ...]:
    """What flows in, without the batch; raises `DiagnosticError` where nobody says it."""
    sizes = said[1:]
    if not 1 <= len(sizes) < MOST_AXES:
        raise unreadable(f"the model's input has {len(said)} axes", "a network takes a batch of 1 to 4 axes")
    if given is None:
        if None in sizes:
            written = "x".join("?" if each is None else str(each) for each in sizes)
            raise unreadable(
                f"the file leaves the input's shape open: {written}", "say it: --input 3x224x224"
            )
        return tuple(each for each in sizes if each is not None)
    if len(given) != len(sizes) or any(a not in (b, None) for a, b in zip(sizes, given, strict=True)):
        written = "x".join("?" if each is None else str(each) for each in sizes)
        raise unreadable(f"--input {'x'.join(map(str, given))} isn't what the file takes, which is {written}")
    return given


def folded_norms(message: ModelProto) -> tuple[str, ...]:
    """A note where an exporter has made batch normalizations part of the convolutions before them."""
    rules = [each.value for node in message.graph.node for each in node.metadata_props if each.key == RULE]
    count = sum("FuseBatchNorm" in each for each in rules)
    if not count:
        return ()
    return (f"the exporter has made {count} batch normalizations part of the convolutions before them",)
