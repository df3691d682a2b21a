"""What a grid, a draw or a trial gives to a run: values by `set.NAME`, `recipe.KEY` or `net`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from netdsl.diagnostics import Diagnostic, Edit, Fix, Span
from netdsl.diagnostics.catalogue import experiments as codes
from netdsl.diagnostics.suggest import closest
from netdsl.training.recipe.fields import canonical_names, write_value
from netdsl.training.recipe.positions import Path, Place

NET, SET, RECIPE = "net", "set", "recipe"

# What of an experiment file has keys that are assigned to.
_MAPPINGS: tuple[Path, ...] = (("grid",), ("random", "space"), ("search", "space"))


@dataclass(frozen=True, slots=True)
class Assignment:
    """A value of one key, and where both are written."""

    key: str
    value: object
    place: Place

    @property
    def part(self) -> str:
        """`net`, `set` or `recipe`."""
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """The setting's name, the recipe's key, or `net`."""
        return self.key.partition(".")[2] or self.key

    @property
    def name_place(self) -> Place:
        """The place, its key narrowed to the name."""
        return Place(narrowed(self.place.key, self.name), self.place.value)

    def __str__(self) -> str:
        return f"{self.name}={write_value(self.value)}"


def narrowed(span: Span, word: str) -> Span:
    """The part of a span in which a word stands."""
    at = span.text.find(word)
    return span if at < 0 else Span(span.source, span.start + at, span.start + at + len(word))


def check_keys(places: Mapping[Path, Place]) -> list[Diagnostic]:
    """What is wrong with the keys of grids and spaces."""
    found = []
    for path, place in places.items():
        key = str(path[-1])
        part, dot, name = key.partition(".")
        if path[:-1] in _MAPPINGS and not (key == NET or (part in (SET, RECIPE) and dot and name)):
            found.append(_unknown(key, place.key))
    return found


def _unknown(key: str, span: Span) -> Diagnostic:
    known = [NET, *(f"{RECIPE}.{name}" for name in canonical_names())]
    prefix, _, name = key.rpartition(".")
    bare = canonical_names().get(name.replace("-", "_"))
    meant = f"{RECIPE}.{name}" if bare else closest(key, known)
    if meant is None and prefix and closest(prefix, (SET, "settings")):
        meant = f"{SET}.{name}"
    return Diagnostic(
        codes.UNKNOWN_KEY,
        f"nothing is called `{key}` here",
        span,
        "is none of set.NAME, recipe.KEY and net",
        help=f"did you mean `{meant}`?" if meant else f"for a parameter of the net, write `set.{key}`",
        fix=Fix(f"write `{meant}`", (Edit(span, meant),)) if meant else None,
    )
