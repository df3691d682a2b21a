"""`netdsl train FILE`."""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path

from netdsl.api import split_spec
from netdsl.checker import find_file
from netdsl.cli.common import add_file, find_network, print_findings
from netdsl.diagnostics.catalogue import files as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _ArgumentGroup
    from collections.abc import Iterable

    from netdsl.network.nodes import Network
    from netdsl.training import Recipe, RecipeField, Run

INTERRUPTED = 130


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own arguments, and one for each key of a recipe."""
    add_file(parser)
    parser.add_argument(
        "--data",
        default="shapes",
        metavar="DATA",
        help="a folder of images, a .npz file, cifar10, cifar100, mnist, fashion_mnist, svhn, "
        "or shapes, which is drawn and needs no download (default)",
    )
    parser.add_argument("--data-dir", metavar="DIR", help="where named sets are kept and downloaded to")
    parser.add_argument(
        "--recipe", metavar="FILE", help="a YAML recipe; the one beside FILE is taken if there is one"
    )
    parser.add_argument("--out", metavar="DIR", help="the run folder (runs/NAME-N)")
    parser.add_argument("--device", help="cpu, cuda, cuda:1, mps; the best there is if not given")
    parser.add_argument(
        "--deterministic", action="store_true", help="equal runs to the bit, at some cost of speed"
    )
    add_recipe_keys(parser)


def add_recipe_keys(parser: ArgumentParser) -> None:
    """An option for each key of the recipe, read off its model."""
    from netdsl.training import recipe_fields

    for section, fields in itertools.groupby(recipe_fields(), lambda field: field.section):
        add_section(parser.add_argument_group(f"recipe: {section.lower()}"), fields)


def add_section(keys: _ArgumentGroup, fields: Iterable[RecipeField]) -> None:
    """An option for each key of a section; these win over the recipe's file."""
    for field in fields:
        names = ["--" + name.replace("_", "-") for name in (field.name, *field.aliases)]
        default = "" if field.default in ("", "null") else f" ({field.default})"
        shown = (field.help + default).replace("%", "%%")
        if field.is_flag:
            keys.add_argument(
                *names,
                dest=f"recipe.{field.name}",
                nargs="?",
                const="true",
                metavar=field.metavar,
                help=shown,
            )
        else:
            keys.add_argument(*names, dest=f"recipe.{field.name}", metavar=field.metavar, help=shown)


def run(options: Namespace) -> int:
    """Train; 1 where the network, the recipe or the data has errors."""
    network = find_network(options)
    if network is None:
        return 1
    try:
        recipe = read_recipe(options)
        if recipe is None:
            return 1
        finished = train_network(network, recipe, options)
    except DiagnosticError as error:
        print_findings([error.diagnostic])
        return 1
    return INTERRUPTED if finished.result.interrupted else 0


def read_recipe(options: Namespace) -> Recipe | None:
    """The recipe of the command line and its file; what is wrong with it is printed."""
    from netdsl.training import load_recipe

    given = {
        key.removeprefix("recipe."): value
        for key, value in vars(options).items()
        if key.startswith("recipe.") and value is not None
    }
    path = options.recipe or beside(options.file)
    text = read_text(path) if path is not None else None
    recipe, diagnostics = load_recipe(text, path or "<recipe>", given)
    if diagnostics:
        print_findings(diagnostics)
    elif path is not None and options.recipe is None:
        print(f"recipe {path}", file=sys.stderr)
    return recipe


def beside(spec: str) -> str | None:
    """The recipe that stands beside a network's file, if there is one."""
    name = spec if os.path.lexists(spec) else split_spec(spec)[0]
    path = os.path.splitext(find_file(name))[0] + ".yaml"
    return path if os.path.isfile(path) else None


def read_text(path: str) -> str:
    """The text of a recipe; raises `DiagnosticError` where it can't be read."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise DiagnosticError(
            Diagnostic(codes.UNREADABLE, f"recipe `{path}` can't be read", file=path, help=reason)
        ) from None


def train_network(network: Network, recipe: Recipe, options: Namespace) -> Run:
    """Read the data, build the network from the recipe's seed, train it."""
    import torch

    from netdsl.emit import instantiate
    from netdsl.training import ConsoleProgress, load_dataset, train

    progress = ConsoleProgress()
    data_dir = Path(options.data_dir) if options.data_dir else None
    dataset = load_dataset(options.data, data_dir, recipe.image_options, progress=progress)
    if dataset.warnings:
        print_findings(dataset.warnings)
    torch.manual_seed(recipe.seed)
    return train(
        instantiate(network),
        dataset,
        recipe,
        Path(options.out) if options.out else None,
        name=network.name.lower(),
        input_shape=network.input.shape,
        device=options.device,
        deterministic=options.deterministic,
        progress=progress,
    )
