"""Pydantic's errors to diagnostics that point into the recipe."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from netdsl.diagnostics import Code, Diagnostic, Edit, Fix, Label
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.diagnostics.suggest import closest
from netdsl.training.recipe.fields import RecipeField, recipe_fields
from netdsl.training.recipe.model import CLASH
from netdsl.training.recipe.positions import Path, Place
from netdsl.training.recipe.values import Statistics


def translate(error: ValidationError, places: Mapping[Path, Place]) -> list[Diagnostic]:
    """A diagnostic for each wrong key, at the place where its value stands."""
    found: dict[Path, Diagnostic] = {}
    for detail in error.errors(include_url=False, include_input=False):
        path = _path(detail, places)
        found.setdefault(path, _diagnostic(detail, path, places))
    return list(found.values())


def _path(detail: ErrorDetails, places: Mapping[Path, Place]) -> Path:
    """The deepest written place that pydantic's location leads to; the tags of its unions are no places."""
    path: Path = ()
    for part in _location(detail):
        if (*path, part) in places:
            path = (*path, part)
    return path


def _location(detail: ErrorDetails) -> Path:
    if detail["type"] == CLASH:
        return (str(detail["ctx"]["key"]),)
    return detail["loc"]


def _diagnostic(detail: ErrorDetails, path: Path, places: Mapping[Path, Place]) -> Diagnostic:
    place = places[path]
    field = next(field for field in recipe_fields() if field.name == path[0])
    kind = detail["type"]
    if kind == CLASH:
        return _clash(detail, place, places)
    if kind == "extra_forbidden":
        return _unknown_inside(field, place)
    lacking = detail["loc"][-1]
    if kind == "missing" and isinstance(lacking, str):
        return Diagnostic(
            codes.WRONG_TYPE, f"`{field.name}` lacks `{lacking}`", place.value, f"takes {field.takes}"
        )
    code = codes.WRONG_TYPE if kind.endswith("_type") else codes.WRONG_VALUE
    empty = place.value == place.key and isinstance(path[-1], str)
    return _valueless(field, place) if empty else _wrong(code, field, place)


def _clash(detail: ErrorDetails, place: Place, places: Mapping[Path, Place]) -> Diagnostic:
    context = detail["ctx"]
    chosen = places.get(("optimizer",))
    labels = (Label(chosen.value, "the optimizer is chosen here"),) if chosen else ()
    return Diagnostic(codes.CLASHING_KEYS, context["message"], place.key, "", labels, context["help"])


def _valueless(field: RecipeField, place: Place) -> Diagnostic:
    return Diagnostic(codes.WRONG_TYPE, f"`{field.name}` has no value", place.key, f"takes {field.takes}")


def _wrong(code: Code, field: RecipeField, place: Place) -> Diagnostic:
    span = place.value
    given = f"`{span.text}`" if "\n" not in span.text and len(span.text) <= 40 else "this value"
    meant = closest(span.text, field.choices)
    return Diagnostic(
        code,
        f"`{field.name}` does not take {given}",
        span,
        f"takes {field.takes}",
        help=f"did you mean `{meant}`?" if meant else None,
        fix=Fix(f"write `{meant}`", (Edit(span, meant),)) if meant else None,
    )


def _unknown_inside(field: RecipeField, place: Place) -> Diagnostic:
    meant = closest(place.key.text, Statistics.model_fields)
    return Diagnostic(
        codes.UNKNOWN_KEY,
        f"`{field.name}` has no key `{place.key.text}`",
        place.key,
        f"takes {field.takes}",
        help=f"did you mean `{meant}`?" if meant else None,
        fix=Fix(f"write `{meant}`", (Edit(place.key, meant),)) if meant else None,
    )
