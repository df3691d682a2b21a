"""Pydantic's errors to diagnostics that point into the experiment file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from netdsl.diagnostics import Diagnostic, Edit, Fix, Source, Span
from netdsl.diagnostics.catalogue import experiments as codes
from netdsl.diagnostics.suggest import closest
from netdsl.experiments.model import Experiment, Reported
from netdsl.experiments.reported_values import meant_by
from netdsl.experiments.values import REFUSED
from netdsl.training.recipe.fields import canonical_names, takes_of
from netdsl.training.recipe.positions import Path, Place
from netdsl.training.recipe.values import Settings, Takes
from netdsl.training.recipe.wrong import deepest_written, unknown, valueless, wrong

_ANY = Takes("another value", "VALUE")

# What else the keys might be called.
_SYNONYMS = {
    "model": "net",
    "network": "net",
    "architecture": "net",
    "dataset": "data",
    "images": "data",
    "params": "set",
    "parameters": "set",
    "settings": "set",
    "config": "recipe",
    "hyperparameters": "recipe",
    "training": "recipe",
    "seed": "seeds",
    "repeat": "seeds",
    "repeats": "seeds",
    "experiments": "runs",
    "variants": "runs",
    "sweep": "grid",
    "title": "name",
    "label": "name",
    "description": "note",
    "comment": "note",
    "results": "reported",
    "expected": "reported",
    "count": "draws",
    "samples": "draws",
    "ntrials": "trials",
    "objective": "metric",
    "time": "seconds",
    "duration": "seconds",
    "values": "choice",
    "choices": "choice",
}


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a location leads in the model: the keys' owner, the innermost key, and what it takes."""

    owner: type[Settings]
    name: str
    takes: Takes


def translate(error: ValidationError, source: Source, places: Mapping[Path, Place]) -> list[Diagnostic]:
    """A diagnostic for each wrong key or value, at its place."""
    found: dict[tuple[Path, str], Diagnostic] = {}
    details = error.errors(include_url=False, include_input=False)
    misspelt = set(_meant(details))
    for detail in details:
        if detail["type"] == "missing" and detail["loc"] in misspelt:
            continue
        path = deepest_written(detail["loc"], places)
        # A file of which all is missing has no place but its beginning.
        place = places[path] if path else beginning(source)
        key = (path, str(detail["loc"][-1]) if detail["type"] == "missing" else "")
        found.setdefault(key, _diagnostic(detail, path, place))
    return list(found.values())


def _meant(details: Iterable[ErrorDetails]) -> Iterator[Path]:
    """Where the keys would stand that misspelt ones were meant for."""
    for detail in details:
        if detail["type"] == "extra_forbidden":
            *before, key = detail["loc"]
            known = _spot(detail["loc"]).owner.model_fields
            meant = closest(str(key), known, _synonyms(known))
            if meant is not None:
                yield (*before, meant)


def _synonyms(known: Collection[str]) -> dict[str, str]:
    """The other names of known keys; a file's title may be called a name, and a run's name a title."""
    found = {word: key for word, key in _SYNONYMS.items() if key in known}
    return {**found, "name": "title"} if "title" in known else found


def beginning(source: Source) -> Place:
    """The first line that is not a comment, for findings about the file as a whole."""
    lines = [source.line(number) for number in range(1, len(source.line_starts) + 1)]
    first = next((n for n, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")), 0)
    start = source.line_starts[first]
    span = source.span(start, start + len(lines[first]))
    return Place(span, span)


def _diagnostic(detail: ErrorDetails, path: Path, place: Place) -> Diagnostic:
    kind, spot = detail["type"], _spot(detail["loc"])
    if kind == "extra_forbidden":
        return _unknown(spot.owner, place)
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
    meant = meant_by(spot.name, place.value.text) if spot.owner is Reported else None
    return wrong(code, spot.name, place, spot.takes, meant)


def _unknown(owner: type[Settings], place: Place) -> Diagnostic:
    known, key = owner.model_fields, place.key.text
    found = unknown(codes.UNKNOWN_KEY, called(owner), place, known, synonyms=_synonyms(known))
    if owner is Reported and found.fix is not None:
        return _with_value(found, found.fix, place)
    if found.help is not None or "recipe" not in known:
        return found
    where = "recipe" if key in canonical_names() else "set"
    return found.replace(help=f"write it as `{where}: {{{key}: ...}}`") if _is_plain(place.value) else found


def _with_value(found: Diagnostic, fix: Fix, place: Place) -> Diagnostic:
    """The finding of a misspelt figure, whose value is put right too where what it means is known."""
    (name,) = fix.edits
    meant = meant_by(name.replacement, place.value.text)
    if meant is None:
        return found
    words = f"{name.replacement}: {meant}"
    mended = Fix(f"write `{words}`", (name, Edit(place.value, meant)))
    return found.replace(help=f"did you mean `{words}`?", fix=mended)


def _is_plain(value: Span) -> bool:
    """Whether a value is neither of keys and values nor a list of such."""
    return ":" not in value.text and "\n" not in value.text


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
