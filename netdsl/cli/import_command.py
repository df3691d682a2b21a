"""`netdsl import MODEL`."""

from __future__ import annotations

import sys
from pathlib import Path

from netdsl.cli.shared.printing import print_findings
from netdsl.cli.shared.rewriting import write
from netdsl.diagnostics.diagnostic import DiagnosticError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from netdsl.importing.importer import Imported

ONNX = ".onnx"
# Digits of a size.
LONGEST = 10


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "model",
        metavar="MODEL",
        help="torchvision:NAME, package.module:NAME of a torch module or of what makes one, or a file.onnx",
    )
    parser.add_argument(
        "--input", metavar="SHAPE", help="what flows in, without the batch, such as 3x224x224"
    )
    parser.add_argument("--name", metavar="NAME", help="what the net is called")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write; the screen without it")
    parser.add_argument(
        "--weights", metavar="FILE", help="where to write the model's weights, as safetensors"
    )
    parser.add_argument(
        "--external-data", action="store_true", help="onnx: read weights from files in the model's folder too"
    )


def run(options: Namespace) -> int:
    """Write the `.net` file; 1 where the model can't be said, 2 for wrong usage."""
    shape = read_shape(options.input)
    if options.input is not None and shape is None:
        print(f"error: `{options.input}` is no shape; write --input 3x224x224", file=sys.stderr)
        return 2
    if options.name is not None and not (options.name.isidentifier() and options.name[0].isupper()):
        print(f"error: `{options.name}` is no name of a net; begin it with a capital letter", file=sys.stderr)
        return 2
    try:
        made = import_any(options, shape)
        if made is None:
            print("error: say what flows in, such as --input 3x32x32", file=sys.stderr)
            return 2
        for note in made.notes:
            print(f"note: {note}", file=sys.stderr)
        write_files(made, options)
    except DiagnosticError as error:
        print_findings([error.diagnostic])
        return 1
    return 0


def import_any(options: Namespace, shape: tuple[int, ...] | None) -> Imported | None:
    """What an import gives; None where a shape is needed that nobody said."""
    if options.model.endswith(ONNX):
        from netdsl.importing.onnx.importer import import_onnx

        return import_onnx(Path(options.model), shape, options.name, external=options.external_data)
    from netdsl.importing.importer import import_model
    from netdsl.importing.locate import locate

    model = locate(options.model)
    shape = shape or model.shape
    if shape is None:
        return None
    return import_model(model.module, shape, options.name or model.name, options.model)


def write_files(made: Imported, options: Namespace) -> None:
    """The text, and the weights where they are asked for; raises `DiagnosticError` where a file can't be."""
    if options.weights is not None:
        from safetensors.torch import save

        state = {name: value.contiguous() for name, value in made.module().state_dict().items()}
        write(options.weights, save(state))
    if options.output is None:
        print(made.text, end="")
        return
    write(options.output, made.text.encode())
    print(f"wrote {options.output}: net {made.name}, whose outputs are those of {options.model}")


def read_shape(text: str | None) -> tuple[int, ...] | None:
    """`3x224x224` as sizes, None where it is no shape."""
    parts = (text or "").split("x")
    if not 1 <= len(parts) <= 4 or not all(is_size(part) for part in parts):
        return None
    return tuple(int(part) for part in parts)


def is_size(text: str) -> bool:
    """Whether a text is a number that an axis can have."""
    return text.isascii() and text.isdecimal() and len(text) < LONGEST and int(text) > 0
