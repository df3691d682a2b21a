"""`netdsl`: finds the command, and turns what it returns into an exit code."""

from __future__ import annotations

import argparse
import os
import re
import sys
from importlib import import_module

from netdsl import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# One line each, in the order of the help; the module of a command is imported when it is called.
COMMANDS = {
    "check": "find the mistakes in .net files, without running them",
    "fmt": "lay .net files out in the one style",
    "shapes": "print every layer with its shape, parameters, multiply-adds and receptive field",
    "play": "try things out in a page: mistakes, shapes and the diagram as you type",
    "draw": "draw the network as SVG, PNG, or a page whose blocks open and close",
    "diff": "compare two networks layer by layer",
    "summary": "print torchinfo's table of the network",
    "train": "train a network on images",
    "sweep": "train the runs of an experiment file, and make their table",
    "recipe": "print the schema of recipes, or check one",
    "eval": "evaluate a trained network: accuracy, loss, confusion matrix",
    "predict": "say what a trained network takes images for",
    "report": "write a page about trained networks, which opens offline",
    "export": "write the network as Python source, ONNX or a torch.export program",
    "import": "write a model of PyTorch as a .net file",
    "list": "list the packaged architectures",
    "layers": "list the layers, or describe one",
    "explain": "explain the code of a message",
    "lsp": "serve an editor: the language server, over standard input and output",
}
INTERRUPTED = 130


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """The parser of all commands; with `only`, one of them alone has its arguments."""
    parser = argparse.ArgumentParser(
        prog="netdsl",
        description="Neural-network architectures as small text files: checked, summarised, trained. "
        "First: netdsl check FILE; then shapes, draw and train take the same FILE.",
        epilog="FILE is a .net file, FILE.net:Net, or the name of a packaged architecture (netdsl list).",
    )
    parser.add_argument("--version", action="version", version=f"netdsl {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, line in COMMANDS.items():
        command = commands.add_parser(name, help=line, description=line[0].upper() + line[1:] + ".")
        if only in (None, name):
            module = import_module(f"netdsl.cli.{name.replace('-', '_')}_command")
            module.add_arguments(command)
            command.set_defaults(run=module.run, parser=command)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 for clean, 1 for findings, 2 for wrong usage."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    only = next((word for word in given if not word.startswith("-")), None)
    if only is not None and given[0] == only and only not in COMMANDS:
        return unknown(only)
    options, left = build_parser(only if only in COMMANDS else None).parse_known_args(given)
    if left:
        return unrecognized(options.command, options.parser.format_help(), left)
    options.arguments = given
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (`| head`) has gone; nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    return code


def unknown(command: str) -> int:
    """Say that there is no such command, and which may be meant."""
    from netdsl.diagnostics.suggest import closest

    meant = closest(command, COMMANDS)
    hint = f"did you mean {meant}?" if meant else "netdsl --help lists them"
    print(f"error: no command {command}; {hint}", file=sys.stderr)
    return 2


def unrecognized(command: str, help: str, arguments: Sequence[str]) -> int:
    """Say which argument a command doesn't take, and which option may be meant; `help` lists those it has."""
    from netdsl.diagnostics.suggest import closest

    wrong = next((each for each in arguments if each.startswith("--")), arguments[0]).partition("=")[0]
    meant = closest(wrong, re.findall(r"--[a-z][a-z-]*", help)) if wrong.startswith("--") else None
    hint = f"did you mean {meant}?" if meant else f"netdsl {command} --help lists what it takes"
    what = "option" if wrong.startswith("-") else "argument"
    print(f"error: netdsl {command} takes no {what} {wrong}; {hint}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    raise SystemExit(main())
