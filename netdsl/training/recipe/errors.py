"""Pydantic's errors to diagnostics that point into the recipe."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from netdsl.diagnostics import Diagnostic, Label
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.training.recipe.clash import CLASH
from netdsl.training.recipe.fields import RecipeField, recipe_fields, takes_of
from netdsl.training.recipe.meant import meant_value
from netdsl.training.recipe.model import Recipe
from netdsl.training.recipe.positions import Path, Place
from netdsl.training.recipe.values import Settings, Takes
from netdsl.training.recipe.wrong import deepest_written, unknown, valueless, wrong

# What pydantic writes after a key of a map that is wrong itself.
_WRONG_KEY = "[key]"


def translate(
    error: ValidationError, places: Mapping[Path, Place], doubled: Collection[str] = ()
) -> list[Diagnostic]:
    """A diagnostic for each wrong key, at the place where its value stands.

    Nothing is said of `doubled` keys, nor of keys that don't go together
    where there are such.
    """
    found: dict[Path, Diagnostic] = {}
    for detail in error.errors(include_url=False, include_input=False):
        path = _path(detail, places)
        if path[0] in doubled or (doubled and detail["type"] == CLASH):
            continue
        # A list without its wrong items has too few, which says nothing new.
        if detail["type"] == "too_short" and any(each[: len(path)] == path for each in found):
            continue
        found.setdefault(path, _diagnostic(detail, path, places))
    return list(found.values())


def _path(detail: ErrorDetails, places: Mapping[Path, Place]) -> Path:
    return deepest_written(_location(detail), places)


def _location(detail: ErrorDetails) -> Path:
    """Where the mistake is; keys that don't go together are all of the recipe's, or inside of one."""
    if detail["type"] == CLASH:
        return detail["loc"] or (str(detail["ctx"]["key"]),)
    return detail["loc"]


def _diagnostic(detail: ErrorDetails, path: Path, places: Mapping[Path, Place]) -> Diagnostic:
    place = places[path]
    field = next(field for field in recipe_fields() if field.name == path[0])
    kind = detail["type"]
    if kind == CLASH:
        return _clash(detail, place, places)
    if kind == "extra_forbidden":
        settings = settings_at(detail["loc"])
        known = tuple(settings.model_fields) if settings is not None else ()
        return unknown(codes.UNKNOWN_KEY, f"`{field.name}`", place, known, f"takes {field.takes}")
    lacking = detail["loc"][-1]
    if kind == "missing" and isinstance(lacking, str):
        return Diagnostic(
            codes.WRONG_TYPE, f"`{field.name}` lacks `{lacking}`", place.value, f"takes {field.takes}"
        )
    if kind == "union_tag_not_found":
        return Diagnostic(
            codes.WRONG_TYPE, f"`{field.name}` lacks `type`", place.value, f"takes {field.takes}"
        )
    if kind == "union_tag_invalid" and (*path, "type") in places:
        return wrong(codes.WRONG_VALUE, field.name, places[(*path, "type")], _takes(field))
    code = codes.WRONG_TYPE if kind.endswith("_type") else codes.WRONG_VALUE
    empty = place.value == place.key and isinstance(path[-1], str)
    name, takes = _named(field, path, detail)
    if lacking == _WRONG_KEY:
        return wrong(code, name, Place(place.key, place.key), takes)
    if empty:
        return valueless(codes.WRONG_TYPE, name, takes, place)
    meant = meant_value(field.name, place.value.text) if len(path) == 1 else None
    return wrong(code, name, place, takes, meant)


def _named(field: RecipeField, path: Path, detail: ErrorDetails) -> tuple[str, Takes]:
    """The key that a value belongs to, and what it takes: the innermost one that says so."""
    words = [part for part in path[1:] if isinstance(part, str)]
    inner = words[-1] if words else ""
    settings = settings_at(detail["loc"])
    if settings is not None and inner in settings.model_fields:
        info = settings.model_fields[inner]
        try:
            return inner, takes_of(info)
        except StopIteration:
            pass
    return field.name, _takes(field)


def _takes(field: RecipeField) -> Takes:
    return Takes(field.takes, field.metavar, field.choices)


def settings_at(location: Path) -> type[Settings] | None:
    """The settings that a location inside a recipe leads into, by its key and the tags on the way."""
    found = _settings_in(Recipe.model_fields[str(location[0])].annotation)
    tagged = [each for each in found if _tag(each) in location]
    return tagged[0] if tagged else found[0] if len(found) == 1 else None


def _settings_in(annotation: object) -> list[type[Settings]]:
    if isinstance(annotation, type) and issubclass(annotation, Settings):
        return [annotation]
    return [settings for part in get_args(annotation) for settings in _settings_in(part)]


def _tag(settings: type[Settings]) -> object:
    info = settings.model_fields.get("type")
    return info.default if info is not None else None


def _clash(detail: ErrorDetails, place: Place, places: Mapping[Path, Place]) -> Diagnostic:
    context = detail["ctx"]
    other = context["other"]
    chosen = places.get((other,))
    labels = (Label(chosen.value, f"`{other}` is given here"),) if chosen and chosen is not place else ()
    return Diagnostic(codes.CLASHING_KEYS, context["message"], place.key, "", labels, context["help"])
