"""`netdsl export FILE --to python|onnx|pt2`."""

from __future__ import annotations

import sys
from pathlib import Path

from netdsl.cli.shared.network import add_file, find_network
from netdsl.cli.shared.printing import print_findings
from netdsl.cli.shared.rewriting import unwritable, write
from netdsl.diagnostics import Diagnostic, DiagnosticError, first_line
from netdsl.diagnostics.catalogue import files as codes
from netdsl.diagnostics.catalogue.runs import BROKEN_WEIGHTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from torch import Tensor

    from netdsl.network.nodes import Network

EXTENSIONS = {"python": ".py", "onnx": ".onnx", "pt2": ".pt2"}


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    add_file(parser)
    parser.add_argument("--to", choices=tuple(EXTENSIONS), default="python", help="what to write (python)")
    parser.add_argument("--standalone", action="store_true", help="python: import torch alone, not netdsl.nn")
    parser.add_argument(
        "--weights", metavar="FILE", help="onnx, pt2: trained weights, such as a run's best.safetensors"
    )
    parser.add_argument(
        "-o", "--output", metavar="PATH", help="where to write; python goes to the screen without it"
    )


def run(options: Namespace) -> int:
    """Write the network; 1 where it has errors or can't be written."""
    if options.to == "python" and options.weights:
        print("error: Python source holds no weights; --weights goes with onnx and pt2", file=sys.stderr)
        return 2
    network = find_network(options)
    if network is None:
        return 1
    try:
        if options.to == "python":
            write_python(network, options)
        else:
            write_graph(network, options)
    except DiagnosticError as error:
        print_findings([error.diagnostic])
        return 1
    return 0


def write_python(network: Network, options: Namespace) -> None:
    """Python source to a file or the screen; raises `DiagnosticError` where it can't be written."""
    from netdsl.emit import render

    source = render(network, standalone=options.standalone)
    if options.output is None:
        print(source, end="")
    else:
        write(options.output, source.encode())
        print(f"wrote {options.output}: class {network.name}")


def write_graph(network: Network, options: Namespace) -> None:
    """An ONNX or torch.export file; raises `DiagnosticError` where it can't be made or written."""
    from netdsl.atomic import replacing_with_parts
    from netdsl.emit import graph_formats

    path = Path(options.output or network.name.lower() + EXTENSIONS[options.to])
    state = weights_of(network, Path(options.weights)) if options.weights else None
    said = ""
    try:
        with replacing_with_parts(path) as temporary:
            if options.to == "pt2":
                graph_formats.export_program(network, temporary, state)
            else:
                difference = graph_formats.export_onnx(network, temporary, state)
                said = f"; onnxruntime's output differs by at most {difference:.1e}"
    except OSError as error:
        raise unwritable(str(path), error) from None
    except RuntimeError as error:
        message = f"{network.name} can't be written as {options.to}: {first_line(error)}"
        help = "`--to python` takes every network"
        raise DiagnosticError(Diagnostic(codes.REFUSED, message, help=help)) from None
    print(f"wrote {path}{said}")


def weights_of(network: Network, path: Path) -> dict[str, Tensor]:
    """Trained weights of a network; raises `DiagnosticError` where the file holds none of it."""
    from netdsl.emit import instantiate
    from netdsl.training.run_folder.opened import load_weights

    module = instantiate(network)
    try:
        load_weights(module, path)
    except DiagnosticError as error:
        if error.diagnostic.code is not BROKEN_WEIGHTS:
            raise
        help = "`--weights` takes a safetensors file, such as a run's best.safetensors"
        raise DiagnosticError(error.diagnostic.replace(help=help)) from None
    return module.state_dict()
