"""Pydantic's errors to diagnostics that point into the experiment file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from netdsl.diagnostics import Diagnostic, Source
from netdsl.diagnostics.catalogue import experiments as codes
from netdsl.experiments.model import Experiment
from netdsl.experiments.values import REFUSED
from netdsl.training.recipe.fields import takes_of
from netdsl.training.recipe.positions import Path, Place
from netdsl.training.recipe.values import Settings, Takes
from netdsl.training.recipe.wrong import deepest_written, unknown, valueless, wrong

_ANY = Takes("another value", "VALUE")


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a location leads in the model: the keys' owner, the innermost key, and what it takes."""

    owner: type[Settings]
    name: str
    takes: Takes


def translate(error: ValidationError, source: Source, places: Mapping[Path, Place]) -> list[Diagnostic]:
    """A diagnostic for each wrong key or value, at its place."""
    found: dict[tuple[Path, str], Diagnostic] = {}
    for detail in error.errors(include_url=False, include_input=False):
        path = deepest_written(detail["loc"], places)
        # A file of which all is missing has no place but its beginning.
        place = places[path] if path else beginning(source)
        key = (path, str(detail["loc"][-1]) if detail["type"] == "missing" else "")
        found.setdefault(key, _diagnostic(detail, path, place))
    return list(found.values())


def beginning(source: Source) -> Place:
    """The first line, for findings about the file as a whole."""
    span = source.span(0, len(source.line(1)))
    return Place(span, span)


def _diagnostic(detail: ErrorDetails, path: Path, place: Place) -> Diagnostic:
    kind, spot = detail["type"], _spot(detail["loc"])
    if kind == "extra_forbidden":
        return unknown(codes.UNKNOWN_KEY, called(spot.owner), place, spot.owner.model_fields)
    if kind == "missing":
        lacking = str(detail["loc"][-1])
        return Diagnostic(
            codes.MISSING_KEY,
            f"{called(spot.owner)} lacks `{lacking}`",
            place.value,
            f"`{lacking}` takes {spot.takes.words}",
        )
    if kind == REFUSED:
        context = detail["ctx"]
        return Diagnostic(codes.WRONG_VALUE, context["message"], place.value, help=context["help"] or None)
    if place.value == place.key and path and isinstance(path[-1], str):
        return valueless(codes.WRONG_TYPE, spot.name, spot.takes, place)
    code = codes.WRONG_TYPE if kind.endswith("_type") else codes.WRONG_VALUE
    return wrong(code, spot.name, place, spot.takes)


def called(owner: type[Settings]) -> str:
    """What a part of the file is called."""
    return str(getattr(owner, "called", "this"))


def _spot(location: Path) -> _Spot:
    """Follow pydantic's location through the model; tags of unions and numbers of items lead nowhere."""
    spot = _Spot(Experiment, "", _ANY)
    annotation: object = Experiment
    for part in location:
        if not isinstance(part, str):
            continue
        if get_origin(annotation) is dict:
            annotation = get_args(annotation)[1]
            words = [each for each in _parts(annotation) if isinstance(each, Takes)]
            spot = _Spot(spot.owner, part, words[0] if words else spot.takes)
            continue
        models = _models(annotation)
        field = models[0].model_fields.get(part) if models else None
        if field is not None:
            spot, annotation = _Spot(models[0], part, _takes(field)), field.annotation
        elif models:
            spot = _Spot(models[0], part, spot.takes)
    return spot


def _models(annotation: object) -> list[type[Settings]]:
    return [each for each in _parts(annotation) if isinstance(each, type) and issubclass(each, Settings)]


def _parts(annotation: object) -> Iterator[object]:
    """An annotation and what it is made of, at any depth."""
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)


def _takes(info: FieldInfo) -> Takes:
    try:
        return takes_of(info)
    except StopIteration:
        return _ANY
