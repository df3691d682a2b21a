"""What keys a recipe has, read off the model, for `--help`, options and error messages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args, get_origin

import yaml
from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo

from netdsl.training.recipe.model import Recipe
from netdsl.training.recipe.values import Takes


@dataclass(frozen=True)
class RecipeField:
    """One key of a recipe.

    `default` is written as in YAML; `choices` is empty where any value of
    the kind goes; `is_flag` is true for a key that is true or false; `takes`
    says in words what the key takes and `metavar` in one.
    """

    name: str
    aliases: tuple[str, ...]
    takes: str
    metavar: str
    default: str
    help: str
    choices: tuple[str, ...] = ()
    is_flag: bool = False


@cache
def recipe_fields() -> tuple[RecipeField, ...]:
    """Every key of a recipe, in the model's order."""
    return tuple(_describe(name, info) for name, info in Recipe.model_fields.items())


@cache
def canonical_names() -> dict[str, str]:
    """Every spelling of a key, aliases among them, with the key's own name."""
    return {spelling: field.name for field in recipe_fields() for spelling in (field.name, *field.aliases)}


def write_recipe(recipe: Recipe) -> str:
    """The recipe as YAML text, every key written out; `load_recipe` reads it back to an equal recipe."""
    plain = recipe.model_dump(mode="json")
    return "".join(f"{key}: {_write(value)}\n" for key, value in plain.items())


def _describe(name: str, info: FieldInfo) -> RecipeField:
    alias = info.validation_alias
    spellings = alias.choices if isinstance(alias, AliasChoices) else ()
    choices = _choices(info.annotation)
    takes = next((item for item in info.metadata if isinstance(item, Takes)), None)
    if takes is None:
        takes = Takes("one of " + ", ".join(choices), "|".join(choices))
    return RecipeField(
        name=name,
        aliases=tuple(str(spelling) for spelling in spellings if spelling != name),
        takes=takes.words,
        metavar=takes.metavar,
        default=_write(info.default),
        help=info.description or "",
        choices=choices,
        is_flag=info.annotation is bool,
    )


def _choices(annotation: object) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return tuple(str(choice) for choice in get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return ()
    literals = [part for part in get_args(annotation) if get_origin(part) is Literal]
    optional = type(None) in get_args(annotation)
    return tuple(choice for part in literals for choice in _choices(part)) if optional else ()


def _write(value: object) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=10_000)
    return text.removesuffix("\n").removesuffix("\n...")
