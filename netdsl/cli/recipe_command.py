"""`netdsl recipe schema|check`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    """What to do."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("schema", help="print the JSON Schema of recipes, for editors")
    check = actions.add_parser("check", help="find the mistakes in recipes")
    check.add_argument("files", nargs="+", metavar="FILE", help="a YAML recipe")


def run(options: Namespace) -> int:
    """Print the schema, or check recipes: 1 where one has errors."""
    if options.action == "schema":
        from netdsl.cli.shared.printing import print_json
        from netdsl.training.recipe import recipe_schema

        print_json(recipe_schema())
        return 0
    return check(options.files)


def check(paths: list[str]) -> int:
    """Print what is wrong with the recipes."""
    from netdsl.cli.shared.printing import print_findings
    from netdsl.cli.train.recipe import read_text
    from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
    from netdsl.training import load_recipe

    found: list[Diagnostic] = []
    for path in paths:
        try:
            found += load_recipe(read_text(path), path)[1]
        except DiagnosticError as error:
            found.append(error.diagnostic)
    if found:
        print_findings(found)
    return 1 if found else 0
