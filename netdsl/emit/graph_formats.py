"""Network to the graph formats that others run: ONNX and torch.export programs."""

from __future__ import annotations

from pathlib import Path

import torch

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue.runs import MISSING_EXTRA
from netdsl.emit.instantiate import instantiate
from netdsl.network.nodes import Network


def sample(network: Network) -> torch.Tensor:
    """A batch of two zeros of the network's input shape."""
    return torch.zeros(2, *network.input.shape)


def export_onnx(network: Network, path: Path, state: dict[str, torch.Tensor] | None = None) -> float:
    """Write an ONNX file with a free batch axis; the greatest difference from the module.

    The file is run by onnxruntime on a random batch and compared with the
    module in evaluation mode. Raises `DiagnosticError` without the
    libraries for it.
    """
    try:
        import onnxruntime
        import onnxscript  # noqa: F401
    except ImportError as error:
        message = f"ONNX files need {error.name}, which is not installed"
        raise DiagnosticError(Diagnostic(MISSING_EXTRA, message, help="pip install 'netdsl[onnx]'")) from None
    module = prepared(network, state)
    batch = torch.export.Dim("batch")
    program = torch.onnx.export(
        module,
        (sample(network),),
        dynamo=True,
        input_names=["input"],
        output_names=["output"],
        dynamic_shapes=({0: batch},),
        optimize=False,
        verbose=False,
    )
    assert program is not None
    tidy(program)
    program.save(str(path))
    inputs = torch.randn(3, *network.input.shape, generator=torch.Generator().manual_seed(0))
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (outputs,) = session.run(None, {session.get_inputs()[0].name: inputs.numpy()})
    with torch.inference_mode():
        expected = module(inputs)
    return float((torch.from_numpy(outputs) - expected).abs().max())


def tidy(program: torch.onnx.ONNXProgram) -> None:
    """Leave out what a graph doesn't need.

    Torch's own optimization would also make batch normalizations part of the
    convolutions before them. Runtimes do so when they load a file; in the
    file they stay, so that `netdsl import` finds the network again.
    """
    from onnxscript import optimizer

    learned = set(program.model.graph.initializers)
    for node in program.model.graph:
        # A convolution without a bias is written with one of zeros, which is calculated.
        bias = node.inputs[2] if node.op_type in ("Conv", "ConvTranspose") and len(node.inputs) > 2 else None
        if bias is not None and bias.name not in learned:
            node.replace_input_with(2, None)
    optimizer.fold_constants(program.model)
    optimizer.remove_unused_nodes(program.model)


def export_program(network: Network, path: Path, state: dict[str, torch.Tensor] | None = None) -> None:
    """Write a `.pt2` file, which `torch.export.load` reads, with a free batch axis."""
    module = prepared(network, state)
    batch = torch.export.Dim("batch")
    program = torch.export.export(module, (sample(network),), dynamic_shapes=({0: batch},))
    torch.export.save(program, path)


def prepared(network: Network, state: dict[str, torch.Tensor] | None) -> torch.nn.Module:
    """The module in evaluation mode, with trained weights where there are some."""
    module = instantiate(network).eval()
    if state is not None:
        module.load_state_dict(state)
    return module
