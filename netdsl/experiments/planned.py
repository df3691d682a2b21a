"""A run that is planned: everything it takes to train it, and what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from netdsl.experiments.model import Reported
from netdsl.training.recipe import Recipe


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """One training of a sweep; it can be sent to another process.

    `net` is what the file calls the network, `spec` leads to it from any
    folder. The seed is the recipe's. Where only a part of a run is planned,
    `whole` is the recipe with all of its epochs. `twin` is the name of an
    earlier run that is the same training, and `home` that one's slug: the two
    share a folder.
    """

    name: str
    slug: str
    net: str
    spec: str
    settings: Mapping[str, str]
    recipe: Recipe
    changes: tuple[str, ...] = ()
    reported: Reported = field(default_factory=Reported)
    note: str | None = None
    whole: Recipe | None = None
    twin: str | None = None
    home: str | None = None

    @property
    def seed(self) -> int:
        """What the weights and the order of the images are drawn from."""
        return self.recipe.seed

    @property
    def folder(self) -> str:
        """Its folder inside the sweep's; parts of a run lie beside the whole."""
        part = f"-{self.recipe.epochs}-epochs" if self.whole is not None else ""
        return f"{self.home or self.slug}/seed-{self.seed}{part}"

    @property
    def training(self) -> tuple[object, ...]:
        """What two runs have in common where one training is enough for both."""
        recipes = [each.model_dump_json() for each in (self.recipe, self.whole) if each is not None]
        return self.spec, tuple(sorted(self.settings.items())), *recipes

    @property
    def in_full(self) -> PlannedRun:
        """The whole run of which this is a part; itself where it is whole."""
        return self if self.whole is None else replace(self, recipe=self.whole, whole=None)

    @property
    def part(self) -> str | None:
        """How much of the whole is planned, in words; None where all of it is."""
        if self.whole is None:
            return None
        if self.whole.steps is not None:
            return f"{self.recipe.epochs} epochs in place of {self.whole.steps} steps"
        return f"{self.recipe.epochs} of {self.whole.epochs} epochs"

    @property
    def label(self) -> str:
        """What it is called while it is trained."""
        return f"{self.name}, seed {self.seed}"
