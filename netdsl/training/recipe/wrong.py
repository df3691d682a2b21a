"""What is said of a wrong key or value of a YAML file, whatever kind of file it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from netdsl.diagnostics import Code, Diagnostic, Edit, Fix
from netdsl.diagnostics.suggest import closest
from netdsl.training.recipe.positions import Path, Place
from netdsl.training.recipe.values import Takes

# Of a file's mistakes, so many are told.
MOST_FINDINGS = 50

# Longer values are not repeated in a message.
_LONGEST = 40

# What other frameworks call values, lower case and without underscores.
_SYNONYMS = {
    "cosineannealing": "cosine",
    "cosineannealinglr": "cosine",
    "cosinedecay": "cosine",
    "onecyclelr": "one_cycle",
    "steplr": "step",
    "multisteplr": "multistep",
    "exponentiallr": "exponential",
    "reducelronplateau": "plateau",
    "poly": "polynomial",
    "fp16": "float16",
    "half": "float16",
    "bf16": "bfloat16",
    "fp32": "float32",
    "ce": "cross_entropy",
    "crossentropyloss": "cross_entropy",
    "categoricalcrossentropy": "cross_entropy",
    "valaccuracy": "validation_accuracy",
    "valacc": "validation_accuracy",
    "accuracy": "validation_accuracy",
    "valloss": "validation_loss",
    "loss": "validation_loss",
}


def deepest_written(location: Path, places: Mapping[Path, Place]) -> Path:
    """The deepest written place that pydantic's location leads to; the tags of its unions are no places."""
    path: Path = ()
    for part in location:
        for spelling in (part, str(part)):
            if (*path, spelling) in places:
                path = (*path, spelling)
                break
    return path


def valueless(code: Code, name: str, takes: Takes, place: Place) -> Diagnostic:
    """The error of a key without a value."""
    return Diagnostic(code, f"`{name}` has no value", place.key, f"takes {takes.words}")


def wrong(code: Code, name: str, place: Place, takes: Takes, meant: str | None = None) -> Diagnostic:
    """The error of a value that its key does not take; `meant` is what was, if that is known."""
    span = place.value
    given = f"`{span.text}`" if "\n" not in span.text and len(span.text) <= _LONGEST else "this value"
    if meant is None:
        synonyms = {word: choice for word, choice in _SYNONYMS.items() if choice in takes.choices}
        meant = closest(span.text, takes.choices, synonyms)
    return Diagnostic(
        code,
        f"`{name}` does not take {given}",
        span,
        f"takes {takes.words}",
        help=f"did you mean `{meant}`?" if meant else None,
        fix=Fix(f"write `{meant}`", (Edit(span, meant),)) if meant else None,
    )


def unknown(
    code: Code,
    owner: str,
    place: Place,
    known: Iterable[str],
    otherwise: str = "",
    synonyms: Mapping[str, str] | None = None,
) -> Diagnostic:
    """The error of a key that its owner does not have; `otherwise` is said where no keys are known."""
    known = tuple(known)
    meant = closest(place.key.text, known, synonyms)
    return Diagnostic(
        code,
        f"{owner} has no key `{place.key.text}`",
        place.key,
        f"takes {', '.join(known)}" if known else otherwise,
        help=f"did you mean `{meant}`?" if meant else None,
        fix=Fix(f"write `{meant}`", (Edit(place.key, meant),)) if meant else None,
    )


def in_order(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Findings in the order of their places, file by file; those without a place come last."""
    sources: dict[str, int] = {}

    def key(each: Diagnostic) -> tuple[bool, int, int]:
        name = each.span.source.name if each.span is not None else ""
        return each.span is None, sources.setdefault(name, len(sources)), each.span.start if each.span else 0

    return sorted(found, key=key)
