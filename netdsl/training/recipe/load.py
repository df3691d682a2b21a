"""Recipe text and the command line's overrides to a Recipe, or to diagnostics."""

from __future__ import annotations

from collections.abc import Mapping

from netdsl.diagnostics import COMMAND_LINE, Diagnostic, DiagnosticError, Source
from netdsl.training.recipe.draft import RecipeDraft, unknown_key
from netdsl.training.recipe.model import Recipe
from netdsl.training.recipe.positions import Place, read_mapping, read_yaml


def load_recipe(
    text: str | None, source_name: str, overrides: Mapping[str, str] | None = None, *, resolved: bool = False
) -> tuple[Recipe | None, list[Diagnostic]]:
    """Read a recipe and lay the command line's options over it.

    `text` is the YAML (None or empty: every key has its default),
    `source_name` what a person calls it. `overrides` maps a key, as written
    after `--` (`-` and `_` are the same in it), to its value's text, which
    is read as YAML. Errors are all returned together, those of an override
    placed in a source named `<command line>`; with any, the recipe is None.
    A `resolved` recipe is one that a run keeps, also one of a part of a run.
    """
    draft = RecipeDraft()
    lay_file(draft, Source(source_name, text or ""))
    _lay_overrides(draft, overrides or {})
    return draft.finish(resolved=resolved)


def lay_file(draft: RecipeDraft, source: Source) -> None:
    """Lay the keys of a recipe's file over a draft; what keeps it from being read is reported there."""
    try:
        mapping, document = read_mapping(source)
    except DiagnosticError as error:
        draft.diagnostics.append(error.diagnostic)
        return
    draft.diagnostics += document.diagnostics
    draft.lay(mapping, document.places)


def _lay_overrides(draft: RecipeDraft, overrides: Mapping[str, str]) -> None:
    line = Source(COMMAND_LINE, " ".join(f"--{key} {value}" for key, value in overrides.items()))
    start = 0
    for spelling, text in overrides.items():
        option = line.span(start, start + 2 + len(spelling))
        given = line.span(option.end + 1, option.end + 1 + len(text))
        start = given.end + 1
        try:
            value = read_yaml(Source(COMMAND_LINE, text)).value
        except DiagnosticError as error:
            found = error.diagnostic
            message = f"the value of `--{spelling}` is not YAML"
            draft.diagnostics.append(Diagnostic(found.code, message, given, found.label))
            continue
        if not draft.put(spelling.replace("-", "_"), value, Place(option, given if text else option)):
            name = line.span(option.start + 2, option.end)
            draft.diagnostics.append(unknown_key(spelling, name, overriding=True))
