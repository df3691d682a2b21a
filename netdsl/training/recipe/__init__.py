"""The recipe: its model, its YAML form with positions, and its errors. Imports no torch."""

from __future__ import annotations

from netdsl.training.recipe.fields import RecipeField, recipe_fields, recipe_schema, write_recipe
from netdsl.training.recipe.load import load_recipe
from netdsl.training.recipe.model import Recipe
from netdsl.training.recipe.values import Statistics

__all__ = [
    "Recipe",
    "RecipeField",
    "Statistics",
    "load_recipe",
    "recipe_fields",
    "recipe_schema",
    "write_recipe",
]
