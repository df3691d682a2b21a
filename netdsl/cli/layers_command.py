"""`netdsl layers [NAME]`."""

from __future__ import annotations

import os
import sys

from netdsl.checker import load_module, packaged_folder, read_source
from netdsl.checker.advice.absent import absent
from netdsl.checker.description import describe
from netdsl.checker.loading.packaged import packaged_names
from netdsl.diagnostics.suggest import closest
from netdsl.layers.declaration import Declaration
from netdsl.layers.table import (
    BUILT_IN,
    BrokenLayerError,
    installed,
    installed_names,
    spelling,
    synonyms,
    without_case,
)

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
        print(f"error: no layer {options.name}; {hint(options.name, known)}", file=sys.stderr)
        return 1
    print(describe(declaration))
    return 0


def hint(word: str, known: list[str]) -> str:
    """What may be meant by a word that is no layer: how it is written here, a packaged block, a layer."""
    written = spelling(word)
    if written is not None:
        return f"written {written} here"
    packaged = packaged_block(word)
    if packaged is not None:
        return f'it is a packaged block: use "{packaged}"'
    if (missing := absent(word)) is not None:
        return missing
    meant = closest(word, known, synonyms())
    return f"did you mean {meant}?" if meant else "netdsl layers lists them"


def packaged_block(word: str) -> str | None:
    """The packaged file without nets of its own that has a block of this name, whatever its case."""
    for name in packaged_names():
        path = os.path.join(packaged_folder(), f"{name}.net")
        module, _ = load_module(read_source(path), packaged_folder())
        if not module.nets and any(each.name.lower() == without_case(word) for each in module.own):
            return f"{name}.net"
    return None


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
