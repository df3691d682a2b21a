"""What keys a recipe has, read off the model, for `--help`, options and error messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args, get_origin

import yaml
from pydantic import AliasChoices
from pydantic.fields import FieldInfo

from netdsl.training.recipe.model import SECTIONS, Recipe
from netdsl.training.recipe.values import Takes


class _Dumper(yaml.SafeDumper):
    """Quotes words such as 1e5 too: numbers in YAML 1.2, as recipes are read, but not in PyYAML's 1.1."""


def _represent_word(dumper: yaml.SafeDumper, word: str) -> yaml.ScalarNode:
    style = "'" if word[:1] in tuple("+-.0123456789") else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", word, style)


_Dumper.add_representer(str, _represent_word)


@dataclass(frozen=True, slots=True)
class RecipeField:
    """One key of a recipe.

    `default` is written as in YAML; `choices` is empty where any value of
    the kind goes; `is_flag` is true for a key that is true or false; `takes`
    says in words what the key takes and `metavar` in one; `section` is the
    title that it stands under.
    """

    name: str
    aliases: tuple[str, ...]
    takes: str
    metavar: str
    default: str
    help: str
    choices: tuple[str, ...] = ()
    is_flag: bool = False
    section: str = ""


@cache
def recipe_fields() -> tuple[RecipeField, ...]:
    """Every key of a recipe, section by section."""
    return tuple(
        _describe(name, Recipe.model_fields[name], section.title)
        for section in SECTIONS
        for name in section.model_fields
    )


@cache
def canonical_names() -> dict[str, str]:
    """Every spelling of a key, aliases among them, with the key's own name."""
    return {spelling: field.name for field in recipe_fields() for spelling in (field.name, *field.aliases)}


def write_recipe(recipe: Recipe) -> str:
    """The recipe as YAML text, every key written out; `load_recipe` reads it back to an equal recipe."""
    plain = _as_lists(recipe.model_dump())
    if recipe.steps is not None:
        del plain["epochs"]
    names = [field.name for field in recipe_fields() if field.name in plain]
    return "".join(f"{name}: {write_value(plain[name])}\n" for name in names)


def _as_lists(value: object) -> Any:
    """Tuples as lists, at any depth: YAML has no tuples."""
    if isinstance(value, dict):
        return {key: _as_lists(inner) for key, inner in value.items()}
    return [_as_lists(inner) for inner in value] if isinstance(value, tuple | list) else value


def recipe_schema() -> dict[str, object]:
    """JSON Schema of a recipe file, for editors."""
    schema = _any_of(Recipe.model_json_schema(by_alias=False))
    for each in schema["$defs"].values():
        # The model's type has a default; in a file it says which settings these are.
        if "const" in each["properties"].get("type", {}):
            each["required"] = ["type", *each.get("required", [])]
    properties = schema["properties"]
    for spelling, name in canonical_names().items():
        properties.setdefault(spelling, properties[name])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "netdsl recipe"}


def _any_of(schema: Any) -> Any:
    """The schema with every `oneOf` as `anyOf`: a 0 is a count and a fraction, and both are fine."""
    if isinstance(schema, dict):
        return {"anyOf" if key == "oneOf" else key: _any_of(value) for key, value in schema.items()}
    return [_any_of(each) for each in schema] if isinstance(schema, list) else schema


def takes_of(info: FieldInfo) -> Takes:
    """What a field takes, in words."""
    takes = next((item for item in info.metadata if isinstance(item, Takes)), None)
    if takes is not None:
        return takes
    choices = _choices(info.annotation)
    if choices:
        return Takes("one of " + ", ".join(choices), "|".join(choices), choices)
    return next(item for item in _annotations(info.annotation) if isinstance(item, Takes))


def _describe(name: str, info: FieldInfo, section: str) -> RecipeField:
    alias = info.validation_alias
    spellings = alias.choices if isinstance(alias, AliasChoices) else ()
    takes = takes_of(info)
    return RecipeField(
        name=name,
        aliases=tuple(str(spelling) for spelling in spellings if spelling != name),
        takes=takes.words,
        metavar=takes.metavar,
        default=_default(info),
        help=info.description or "",
        choices=takes.choices,
        is_flag=info.annotation is bool or bool in get_args(info.annotation),
        section=section,
    )


def _default(info: FieldInfo) -> str:
    value = info.get_default(call_default_factory=True)
    kind = getattr(value, "type", None)
    return kind if isinstance(kind, str) else write_value([] if value == () else value)


def _annotations(annotation: object) -> Iterator[object]:
    """What an annotation is annotated with, at any depth."""
    for part in get_args(annotation):
        yield part
        yield from _annotations(part)


def _choices(annotation: object) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return tuple(str(choice) for choice in get_args(annotation))
    literals = [part for part in get_args(annotation) if get_origin(part) is Literal]
    optional = type(None) in get_args(annotation)
    return tuple(choice for part in literals for choice in _choices(part)) if optional else ()


def write_value(value: object) -> str:
    """A value as it is written in a recipe, on one line."""
    text = yaml.dump(value, Dumper=_Dumper, default_flow_style=True, sort_keys=False, width=10_000)
    return text.removesuffix("\n").removesuffix("\n...")
