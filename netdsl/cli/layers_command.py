"""`netdsl layers [NAME]`."""

from __future__ import annotations

import sys
import textwrap

from netdsl.checker.values import show
from netdsl.diagnostics.suggest import closest
from netdsl.layers.declaration import Declaration, Option
from netdsl.layers.kinds import Word
from netdsl.layers.table import BUILT_IN, BrokenLayerError, installed, installed_names, synonyms

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="a layer; all of them without it")


def run(options: Namespace) -> int:
    """Print the layers by family, or one in full; 1 where there is none of that name."""
    if options.name is None:
        print(overview([*BUILT_IN.values(), *installed_layers()]))
        return 0
    known = [*BUILT_IN, *installed_names()]
    try:
        declaration = BUILT_IN.get(options.name) or installed(options.name)
    except BrokenLayerError as error:
        print(f"error: layer {options.name} can't be loaded: {error}", file=sys.stderr)
        return 1
    if declaration is None:
        meant = closest(options.name, known, synonyms())
        hint = f"did you mean {meant}?" if meant else "netdsl layers lists them"
        print(f"error: no layer {options.name}; {hint}", file=sys.stderr)
        return 1
    print(describe(declaration))
    return 0


def installed_layers() -> list[Declaration]:
    """The layers of installed packages; those that can't be loaded are named on standard error."""
    found = []
    for name in installed_names():
        try:
            declaration = installed(name)
        except BrokenLayerError as error:
            print(f"warning: layer {name} can't be loaded: {error}", file=sys.stderr)
            continue
        if declaration is not None:
            found.append(declaration)
    return found


def overview(declarations: list[Declaration]) -> str:
    """All layers with their one-line documentation, by family."""
    families: dict[str, list[Declaration]] = {}
    for declaration in declarations:
        families.setdefault(declaration.family or "installed", []).append(declaration)
    width = max(len(declaration.name) for declaration in declarations)
    blocks = []
    for family, members in families.items():
        lines = [f"  {member.name:<{width}}  {member.doc}" for member in members]
        blocks.append("\n".join([family, *lines]))
    return "\n\n".join(blocks)


def describe(declaration: Declaration) -> str:
    """A layer in full: signature, options, torch's class, an example."""
    lines = [signature(declaration), "", textwrap.fill(declaration.doc, 88), ""]
    for option in declaration.options:
        default = "required" if option.is_required else f"default {shown_default(option)}"
        lines.append(f"  {option.name}: {option.kind.describe()} ({default})")
        lines.append(f"      {option.doc}")
    if declaration.options:
        lines.append("")
    lines += [f"becomes {declaration.torch}", "", "example:", textwrap.indent(declaration.example, "    ")]
    return "\n".join(lines)


def signature(declaration: Declaration) -> str:
    """A layer as it is called: positional options first, then the named ones."""
    parts = list(declaration.positional)
    for option in declaration.options:
        if option.name not in declaration.positional:
            parts.append(option.name if option.is_required else f"{option.name}={shown_default(option)}")
    return f"{declaration.name}({', '.join(parts)})" if parts else declaration.name


def shown_default(option: Option) -> str:
    """A default as it would be written."""
    default = option.default
    if default is None:
        return "none"
    if isinstance(default, str):
        return str(Word(default)) if default.isidentifier() else f'"{default}"'
    if isinstance(default, tuple) and len(set(default)) == 1:
        return str(default[0])
    return show(default) if isinstance(default, int | float | tuple) else str(default)
