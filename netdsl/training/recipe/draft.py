"""Recipe keys as they were written, in one place or in several, before they are a Recipe."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from netdsl.diagnostics import Diagnostic, Edit, Fix, Label, Span
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.diagnostics.suggest import closest
from netdsl.training.recipe.errors import translate
from netdsl.training.recipe.fields import canonical_names, recipe_fields
from netdsl.training.recipe.lengths import check_lengths, length_key
from netdsl.training.recipe.misplaced import where_it_belongs
from netdsl.training.recipe.model import Recipe
from netdsl.training.recipe.positions import Path, Place
from netdsl.training.recipe.wrong import MOST_FINDINGS, in_order

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


class RecipeDraft:
    """Keys laid over each other, the later over the earlier, and where each was written."""

    def __init__(self) -> None:
        self._values: dict[str, object] = {}
        self._places: dict[Path, Place] = {}
        # By the count of the mapping that gave it; keys that were given one by one have 0.
        self._layers: dict[str, int] = {}
        self._count = 0
        self.diagnostics: list[Diagnostic] = []

    def lay(self, mapping: Mapping[object, object], places: Mapping[Path, Place]) -> None:
        """Lay the keys of a file, or of a part of one, over those so far.

        `places` has the place of each key, by its path inside the mapping.
        Unknown keys, and two spellings of one, are reported.
        """
        names = canonical_names()
        self._count += 1
        for spelling in mapping:
            self._forget(names.get(str(spelling), ""))
        taken: dict[str, str] = {}
        for path, place in places.items():
            spelling, is_key = str(path[0]), len(path) == 1
            key = names.get(spelling)
            if key is None and is_key:
                self.diagnostics.append(unknown_key(spelling, place.key))
            elif key is not None and taken.setdefault(key, spelling) == spelling:
                self._values[key] = mapping[spelling]
                self._layers[key] = self._count
                self._places[(key, *path[1:])] = place
            elif key is not None and is_key:
                self.diagnostics.append(_same_key(spelling, place, self._places[(key,)]))

    def put(self, spelling: str, value: object, place: Place) -> bool:
        """Take one key in place of what was given before; False where there is no such key."""
        key = canonical_names().get(spelling)
        if key is None:
            return False
        self._forget(key)
        self._values[key] = value
        self._layers[key] = 0
        self._places[(key,)] = place
        return True

    def place_of(self, key: str) -> Place | None:
        """Where a key was given, if it was."""
        return self._places.get((key,))

    def finish(self, *, resolved: bool = False) -> tuple[Recipe | None, list[Diagnostic]]:
        """The recipe, and everything that is wrong; with anything wrong, the recipe is None.

        A `resolved` one may plan for epochs that its training does not have.
        """
        recipe: Recipe | None = None
        try:
            recipe, found = Recipe.model_validate(self._values), []
            beside = self._beside(length_key(recipe))
            # A recipe that a run keeps has every key but the other length's, by whomever it is read.
            if not resolved and len(beside | _OTHER_LENGTH.keys()) < len(recipe_fields()):
                found = check_lengths(recipe, beside, self._places)
        except ValidationError as error:
            found = translate(error, self._places, self._doubled())
        found = in_order(self.diagnostics + found)[:MOST_FINDINGS]
        return (None if found else recipe), found

    def _beside(self, key: str) -> set[str]:
        """The keys that were written where a key was."""
        layer = self._layers.get(key) if (key,) in self._places else None
        return {each for each, given in self._layers.items() if given == layer}

    def _doubled(self) -> set[str]:
        """The keys that were given more than once: which of the values counts is not known."""
        firsts = [each.labels[0].span for each in self.diagnostics if each.code is codes.REPEATED_KEY]
        return {str(path[0]) for path, place in self._places.items() if place.key in firsts}

    def _forget(self, key: str) -> None:
        """Drop a key; a length goes with the other length, however that was given."""
        for each in (key, _OTHER_LENGTH.get(key, key)):
            self._values.pop(each, None)
            self._places = {path: place for path, place in self._places.items() if path[0] != each}


def unknown_key(spelling: str, span: Span, overriding: bool = False) -> Diagnostic:
    """The error of a key that no recipe has; `overriding` ones are options of the command line."""
    where = where_it_belongs(spelling)
    meant = closest(spelling.replace("-", "_"), canonical_names(), _SYNONYMS) if where is None else None
    if meant is not None and overriding:
        meant = meant.replace("_", "-")
    return Diagnostic(
        codes.UNKNOWN_KEY,
        f"a recipe has no key `{spelling}`",
        span,
        "unknown key",
        help=where or (f"did you mean `{meant}`?" if meant else "`netdsl train --help` lists the keys"),
        fix=Fix(f"write `{meant}`", (Edit(span, meant),)) if meant and not overriding else None,
    )


def _same_key(spelling: str, place: Place, first: Place) -> Diagnostic:
    return Diagnostic(
        codes.REPEATED_KEY,
        f"`{spelling}` and `{first.key.text}` are the same key",
        place.key,
        "given again here",
        (Label(first.key, "first given here"),),
        "keep one of the two",
    )
