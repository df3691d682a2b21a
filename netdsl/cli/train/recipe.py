"""The recipe on the command line: an option for each key, and the file beside the network."""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path

from netdsl.checker.loading.other_files import is_experiment
from netdsl.cli.shared.printing import print_findings
from netdsl.cli.train.launch import is_told
from netdsl.diagnostics.catalogue import files as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.spec import path_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _ArgumentGroup
    from collections.abc import Iterable

    from netdsl.training import Recipe, RecipeField


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


def given_keys(options: Namespace) -> dict[str, str]:
    """The keys of the recipe that the command line gives, as options are written: `batch-size`."""
    return {
        key.removeprefix("recipe.").replace("_", "-"): value
        for key, value in vars(options).items()
        if key.startswith("recipe.") and value is not None
    }


def read_recipe(options: Namespace) -> Recipe | None:
    """The recipe of the command line and its file; what is wrong with it is printed."""
    from netdsl.training import load_recipe

    given = given_keys(options)
    path = options.recipe or beside(options.file)
    text = read_text(path) if path is not None else None
    recipe, diagnostics = load_recipe(text, path or "<recipe>", given)
    if diagnostics:
        print_findings(diagnostics)
    elif path is not None and options.recipe is None and not is_told():
        print(f"recipe {path}", file=sys.stderr)
    return recipe


def beside(spec: str) -> str | None:
    """The recipe that stands beside a network's file, if there is one."""
    path = os.path.splitext(path_of(spec))[0] + ".yaml"
    return path if os.path.isfile(path) else None


def read_text(path: str) -> str:
    """The text of a recipe; raises `DiagnosticError` where it can't be read, or is plainly none."""
    from netdsl.text_file import read_text_file

    if path.endswith(".net"):
        raise not_a_recipe(path, "a network", f"`netdsl check {path}` checks it")
    try:
        text = read_text_file(Path(path))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise DiagnosticError(
            Diagnostic(codes.UNREADABLE, f"recipe `{path}` can't be read", file=path, help=reason)
        ) from None
    if is_experiment(text):
        raise not_a_recipe(path, "an experiment file", f"`netdsl sweep {path} --dry-run` checks it")
    return text


def not_a_recipe(path: str, what: str, help_text: str) -> DiagnosticError:
    """The error of a file of another kind."""
    from netdsl.diagnostics.catalogue.recipes import NOT_A_MAPPING

    return DiagnosticError(
        Diagnostic(NOT_A_MAPPING, f"`{path}` is {what}, not a recipe", file=path, help=help_text)
    )
