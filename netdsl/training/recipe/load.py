"""Recipe text and the command line's overrides to a Recipe, or to diagnostics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from netdsl.diagnostics import Diagnostic, DiagnosticError, Edit, Fix, Label, Source, Span
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.diagnostics.suggest import closest
from netdsl.training.recipe.errors import translate
from netdsl.training.recipe.fields import canonical_names
from netdsl.training.recipe.model import Recipe
from netdsl.training.recipe.positions import Path, Place, PlacedYaml, read_yaml

COMMAND_LINE = "<command line>"

_OTHER_LENGTH = {"steps": "epochs", "epochs": "steps"}

# What other frameworks call the keys.
_SYNONYMS = {
    "rate": "learning_rate",
    "alpha": "learning_rate",
    "optim": "optimizer",
    "algorithm": "optimizer",
    "decay": "weight_decay",
    "l2": "weight_decay",
    "wd": "weight_decay",
    "bs": "batch_size",
    "batch": "batch_size",
    "numepochs": "epochs",
    "nepochs": "epochs",
    "maxepochs": "epochs",
    "val": "validation",
    "validationsize": "validation",
    "validationsplit": "validation",
    "valsize": "validation",
    "normalize": "normalization",
    "normalise": "normalization",
    "normalisation": "normalization",
    "crop": "crop_padding",
    "padding": "crop_padding",
    "randomcrop": "crop_padding",
    "flip": "horizontal_flip",
    "hflip": "horizontal_flip",
    "imagesize": "resize",
    "randomseed": "seed",
}


def load_recipe(
    text: str | None, source_name: str, overrides: Mapping[str, str] | None = None
) -> tuple[Recipe | None, list[Diagnostic]]:
    """Read a recipe and lay the command line's options over it.

    `text` is the YAML (None or empty: every key has its default),
    `source_name` what a person calls it. `overrides` maps a key, as written
    after `--` (`-` and `_` are the same in it), to its value's text, which
    is read as YAML. Errors are all returned together, those of an override
    placed in a source named `<command line>`; with any, the recipe is None.
    """
    settings = _Settings()
    _read_file(settings, Source(source_name, text or ""))
    _read_overrides(settings, overrides or {})
    recipe, found = _validate(settings)
    found = settings.diagnostics + found
    return (None if found else recipe), found


@dataclass
class _Settings:
    """Values by canonical key, and where each was written."""

    values: dict[str, object] = field(default_factory=dict)
    places: dict[Path, Place] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def forget(self, key: str) -> None:
        self.values.pop(key, None)
        self.places = {path: place for path, place in self.places.items() if path[0] != key}


def _validate(settings: _Settings) -> tuple[Recipe | None, list[Diagnostic]]:
    try:
        return Recipe.model_validate(settings.values), []
    except ValidationError as error:
        return None, translate(error, settings.places)


def _read_file(settings: _Settings, source: Source) -> None:
    try:
        document = read_yaml(source)
    except DiagnosticError as error:
        settings.diagnostics.append(error.diagnostic)
        return
    if document.value is None:
        return
    if not isinstance(document.value, dict):
        settings.diagnostics.append(_not_a_mapping(source))
        return
    settings.diagnostics += document.diagnostics
    for spelling, value in document.value.items():
        _take(settings, str(spelling) if isinstance(spelling, str) else "", value, document)
    for path, place in document.places.items():
        if len(path) == 1 and path[0] not in canonical_names():
            settings.diagnostics.append(_unknown(str(path[0]), place.key))


def _take(settings: _Settings, spelling: str, value: object, document: PlacedYaml) -> None:
    """Take one key of the file; unknown ones are reported by their places."""
    key = canonical_names().get(spelling)
    if key is None:
        return
    place = document.places[(spelling,)]
    if key in settings.values:
        first = settings.places[(key,)]
        settings.diagnostics.append(
            Diagnostic(
                codes.REPEATED_KEY,
                f"`{spelling}` and `{first.key.text}` are the same key",
                place.key,
                "given again here",
                (Label(first.key, "first given here"),),
                "keep one of the two",
            )
        )
        return
    settings.values[key] = value
    for path, inner in document.places.items():
        if path[0] == spelling:
            settings.places[(key, *path[1:])] = inner


def _read_overrides(settings: _Settings, overrides: Mapping[str, str]) -> None:
    line = Source(COMMAND_LINE, " ".join(f"--{key} {value}" for key, value in overrides.items()))
    start = 0
    for spelling, text in overrides.items():
        option = line.span(start, start + 2 + len(spelling))
        given = line.span(option.end + 1, option.end + 1 + len(text))
        start = given.end + 1
        key = canonical_names().get(spelling.replace("-", "_"))
        if key is None:
            settings.diagnostics.append(_unknown(spelling, line.span(option.start + 2, option.end)))
            continue
        try:
            value = read_yaml(Source(COMMAND_LINE, text)).value
        except DiagnosticError as error:
            found = error.diagnostic
            message = f"the value of `--{spelling}` is not YAML"
            settings.diagnostics.append(Diagnostic(found.code, message, given, found.label))
            continue
        settings.forget(key)
        # A length on the command line takes the place of the file's, however that is given.
        settings.forget(_OTHER_LENGTH.get(key, key))
        settings.values[key] = value
        settings.places[(key,)] = Place(option, given if text else option)


def _not_a_mapping(source: Source) -> Diagnostic:
    start = len(source.text) - len(source.text.lstrip())
    end = source.text.find("\n", start)
    return Diagnostic(
        codes.NOT_A_MAPPING,
        "the recipe is not a list of keys and values",
        source.span(start, end if end >= 0 else len(source.text)),
        "expected `key: value`",
        help="write one `key: value` a line, with a space after the colon",
    )


def _unknown(spelling: str, span: Span) -> Diagnostic:
    overriding = span.source.name == COMMAND_LINE
    meant = closest(spelling.replace("-", "_"), canonical_names(), _SYNONYMS)
    if meant is not None and overriding:
        meant = meant.replace("_", "-")
    return Diagnostic(
        codes.UNKNOWN_KEY,
        f"a recipe has no key `{spelling}`",
        span,
        "unknown key",
        help=f"did you mean `{meant}`?" if meant else "`netdsl train --help` lists the keys",
        fix=Fix(f"write `{meant}`", (Edit(span, meant),)) if meant and not overriding else None,
    )
