"""`netdsl export FILE --to python|onnx|pt2`."""

from __future__ import annotations

import sys
from pathlib import Path

from netdsl.cli.common import add_file, find_network

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

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
        return write_python(network, options) if options.to == "python" else write_graph(network, options)
    except OSError as error:
        print(f"error: can't write {error.filename or options.output}: {error.strerror}", file=sys.stderr)
        return 1


def write_python(network: Network, options: Namespace) -> int:
    """Python source to a file or the screen."""
    from netdsl.emit import render

    source = render(network, standalone=options.standalone)
    if options.output is None:
        print(source, end="")
    else:
        Path(options.output).write_text(source, encoding="utf-8")
        print(f"wrote {options.output}: class {network.name}")
    return 0


def write_graph(network: Network, options: Namespace) -> int:
    """An ONNX or torch.export file."""
    from netdsl.emit import graph_formats

    path = Path(options.output or network.name.lower() + EXTENSIONS[options.to])
    state = None
    if options.weights:
        from safetensors.torch import load_file

        try:
            state = load_file(options.weights)
        except Exception as error:
            print(f"error: can't read weights from {options.weights}: {error}", file=sys.stderr)
            return 1
    try:
        if options.to == "pt2":
            graph_formats.export_program(network, path, state)
            print(f"wrote {path}")
        else:
            difference = graph_formats.export_onnx(network, path, state)
            print(f"wrote {path}; onnxruntime's output differs by at most {difference:.1e}")
    except (graph_formats.MissingExtraError, RuntimeError) as error:
        # The first line of a state dict that doesn't fit says nothing yet, the second names what lacks.
        print("error: " + " ".join(line.strip() for line in str(error).splitlines()[:2]), file=sys.stderr)
        return 1
    return 0
