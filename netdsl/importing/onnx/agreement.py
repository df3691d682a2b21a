"""Whether a module gives what a runtime for ONNX gives for the file that it was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from netdsl.diagnostics.catalogue import importing as codes
from netdsl.diagnostics.reason import first_line
from netdsl.importing.model import Place
from netdsl.importing.onnx.problems import unreadable
from netdsl.importing.problems import fail

if TYPE_CHECKING:
    from onnx import ModelProto

    from netdsl.importing.onnx.network import OnnxNetwork

Array = np.ndarray[tuple[int, ...], np.dtype[np.generic]]
BATCH = 2
SEED = 0
# In float32: of how much the outputs differ from each other, and of the largest.
OF_SPREAD, OF_LARGEST = 1e-3, 1e-5


def compare_with_runtime(
    network: OnnxNetwork, message: ModelProto, made: nn.Module, shape: tuple[int, ...]
) -> str:
    """The name of the runtime; raises `DiagnosticError` where its output is another.

    `made` has the weights of the file.
    """
    batch = network.batch or BATCH
    x = torch.randn((batch, *shape), generator=torch.Generator().manual_seed(SEED))
    runtime, wanted = run(trimmed(network, message, (batch, *shape)), network.graph.input, x)
    with torch.no_grad():
        given = made.eval()(x)
    given, wanted = given.double(), wanted.double()
    spread = float(wanted.std()) if wanted.numel() > 1 else 0.0
    allowed = OF_SPREAD * spread + OF_LARGEST * max(float(wanted.abs().max()), 1e-30)
    if wanted.shape != given.shape or not float((wanted - given).abs().max()) <= allowed:
        fail(
            codes.NOT_EQUAL,
            f"{runtime} gives something else for this file",
            "the outputs differ",
            Place(network.graph.nodes[-1].title),
        )
    return runtime


def trimmed(network: OnnxNetwork, message: ModelProto, shape: tuple[int, ...]) -> bytes:
    """The file with the nodes that the output depends on alone, and all its weights inside."""
    import onnx
    from onnx import numpy_helper

    graph = message.graph
    kept = onnx.ModelProto()
    kept.ir_version = message.ir_version
    kept.opset_import.extend(message.opset_import)
    kept.graph.name = "graph"
    kept.graph.node.extend(graph.node[number] for number in network.graph.numbers)
    read = {name for node in kept.graph.node for name in node.input}
    for each in graph.initializer:
        if each.name in read:
            inside = kept.graph.initializer.add()
            if each.data_location == onnx.TensorProto.EXTERNAL:
                made = numpy_helper.from_array(network.constants[each.name].numpy(), each.name)
                inside.CopyFrom(made)
            else:
                inside.CopyFrom(each)
    given = next(each for each in graph.input if each.name == network.graph.input)
    kept.graph.input.append(given)
    for dim, size in zip(kept.graph.input[0].type.tensor_type.shape.dim, shape, strict=True):
        dim.dim_value = size
    kept.graph.output.add().CopyFrom(next(each for each in graph.output if each.name == network.graph.output))
    data: bytes = kept.SerializeToString()
    return data


def run(data: bytes, name: str, x: Tensor) -> tuple[str, Tensor]:
    """The runtime that is installed, and what it makes of a value."""
    try:
        import onnxruntime
    except ImportError:
        return "onnx's reference", run_reference(data, name, x)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        kinds = {each.name: each.type for each in session.get_inputs()}
        made = np.asarray(session.run(None, {name: typed(x, kinds.get(name, ""))})[0])
    except Exception as error:
        # The runtime's errors have no class of their own in all versions.
        raise unreadable(f"onnxruntime can't run the file: {first_line(error)[:300]}") from None
    return "onnxruntime", torch.from_numpy(made.astype("float32"))


def typed(x: Tensor, kind: str) -> Array:
    """An input in the type that the file wants."""
    values: Array = np.asarray(x.numpy())
    return values.astype({"tensor(float16)": "float16", "tensor(double)": "float64"}.get(kind, "float32"))


def run_reference(data: bytes, name: str, x: Tensor) -> Tensor:
    """What the evaluator in Python makes of a value, which is slow."""
    import onnx
    from onnx.reference import ReferenceEvaluator

    try:
        (made,) = ReferenceEvaluator(onnx.load_model_from_string(data)).run(None, {name: x.numpy()})
    except Exception as error:
        raise unreadable(f"onnx's reference can't run the file: {first_line(error)[:300]}") from None
    return torch.from_numpy(np.asarray(made).astype("float32"))
