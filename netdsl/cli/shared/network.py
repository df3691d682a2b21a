"""The network of a command: its FILE argument, and its settings."""

from __future__ import annotations

from netdsl.cli.shared.printing import print_findings
from netdsl.diagnostics.catalogue import files as codes
from netdsl.diagnostics.diagnostic import Diagnostic
from netdsl.diagnostics.span import COMMAND_LINE, Source, Span
from netdsl.spec import check_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from netdsl.network.nodes import Network


def add_file(parser: ArgumentParser) -> None:
    """The network: a file, a net of a file, or a packaged name; and its settings."""
    parser.add_argument("file", metavar="FILE", help="a .net file, FILE.net:Net, or a packaged architecture")
    add_settings(parser)


def add_settings(parser: ArgumentParser) -> None:
    """`--set name=value`, as often as wanted."""
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        dest="settings",
        help="give a parameter of the net a value, such as width=32, depths=[3,4,6,3] or act=leaky_relu(0.1)",
    )


def read_settings(options: Namespace) -> tuple[dict[str, str], list[Diagnostic]]:
    """The settings by name, and what is wrong with their form."""
    settings: dict[str, str] = {}
    wrong: list[Diagnostic] = []
    for text in options.settings:
        name, equals, value = text.partition("=")
        if equals and name.strip().isidentifier() and value.strip():
            settings[name.strip()] = value.strip()
            continue
        source = Source(COMMAND_LINE, f"--set {text}")
        wrong.append(
            Diagnostic(
                codes.BAD_SETTING,
                "a setting is name=value",
                Span(source, 0, len(source.text)),
                "has no name and value"
                if not equals
                else "has no value"
                if not value.strip()
                else "is no name",
                help="for example --set classes=100",
            )
        )
    return settings, wrong


def find_network(options: Namespace) -> Network | None:
    """The network of a command's FILE and settings; where there is none, the reasons are printed."""
    settings, wrong = read_settings(options)
    if wrong:
        print_findings(wrong)
        return None
    result = check_file(options.file, settings)
    if result.diagnostics:
        print_findings(result.diagnostics, result.is_cut)
    return result.network
