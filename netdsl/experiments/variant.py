"""A run of an experiment before its seeds: everything that it is given, with places."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from netdsl.checker.scope.values import from_python
from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import experiments as codes
from netdsl.experiments.assignment import NET, SET, Assignment
from netdsl.experiments.model import Reported
from netdsl.training.recipe.positions import Path, Place

# Longer lists of changes are no names: folders are called by them.
LONGEST_NAME = 80

# Of a folder's name, on all usual file systems; a character may take four.
_MOST_BYTES = 255


@dataclass(frozen=True, slots=True)
class RecipeLayer:
    """Recipe keys, or the path of a recipe file; `place` is that of the `recipe` key."""

    keys: Mapping[object, object] | str
    places: Mapping[Path, Place]
    place: Place


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as a text of the language, and where it is written."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Variant:
    """What one run is given; later `recipes`, and then `assignments`, go over earlier ones."""

    name: str
    place: Place
    net: str | None = None
    net_place: Place | None = None
    settings: Mapping[str, Setting] = field(default_factory=dict)
    recipes: Sequence[RecipeLayer] = ()
    assignments: Sequence[Assignment] = ()
    seeds: tuple[int, ...] | None = None
    seeds_place: Place | None = None
    changes: Sequence[str] = ()
    reported: Reported | None = None
    note: str | None = None

    @property
    def slug(self) -> str:
        """The name as a folder's."""
        return slug(self.name)

    def given(self, assignments: Sequence[Assignment], name: str = "") -> Variant:
        """This variant with values of a grid, a draw or a trial; without a name, it is called by them.

        Settings go with the net that they were written for: another net
        leaves them behind. Raises `DiagnosticError` where a value is none
        that a net or a setting can have.
        """
        net, settings = self, dict(self.settings)
        for each in assignments:
            if each.part == NET:
                if not isinstance(each.value, str) or not each.value:
                    raise DiagnosticError(_wrong(each, "the name or path of a network"))
                settings = {} if self.net is not None else settings
                net = replace(self, net=each.value, net_place=each.place)
        for each in assignments:
            if each.part == SET:
                settings[each.name] = Setting(_text(each), each.name_place)
        changes = tuple(str(each) for each in assignments)
        return replace(
            net,
            name=name or ", ".join(changes),
            settings=settings,
            assignments=tuple(assignments),
            changes=changes,
        )

    def at(self, place: Place) -> Variant:
        """This variant, said to stand at a place."""
        return replace(self, place=place)


def slug(name: str) -> str:
    """A name as a folder's: small letters, digits, dots, underscores and `=`, all else as dashes."""
    return _fitting(re.sub(r"[^\w.=-]+", "-", name.lower()).strip("-."))


def _fitting(name: str) -> str:
    """A name cut to what a folder's may have; an end made from all of it keeps different names different."""
    encoded = name.encode()
    if len(encoded) <= _MOST_BYTES:
        return name
    end = f"-{hashlib.sha256(encoded).hexdigest()[:8]}"
    return encoded[: _MOST_BYTES - len(end)].decode(errors="ignore") + end


def _text(assignment: Assignment) -> str:
    try:
        return from_python(assignment.value)
    except TypeError:
        raise DiagnosticError(
            _wrong(assignment, "a number, true, false, a text of the language or a list of these")
        ) from None


def _wrong(assignment: Assignment, takes: str) -> Diagnostic:
    return Diagnostic(
        codes.WRONG_TYPE,
        f"`{assignment.name}` does not take this value",
        assignment.place.value,
        f"takes {takes}",
    )
