"""The kinds of values that keys of an experiment file take."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from netdsl.checker.scope.values import from_python
from netdsl.training.recipe.values import Seed, Takes

# The type of the errors that our own validators raise; their text is the message.
REFUSED = "refused"

Text = Annotated[str, Field(min_length=1), Takes("a text", "TEXT")]
Name = Annotated[
    str,
    Field(min_length=1, max_length=100),
    Takes("a text of at most 100 characters; quote a number", "NAME"),
]


def seeds_of(value: int | tuple[int, ...] | None) -> tuple[int, ...] | None:
    """The seeds that a list of them, or their number, stands for."""
    return tuple(range(value)) if isinstance(value, int) else value


def refuse(message: str, help_text: str = "") -> PydanticCustomError:
    """The error of a value that is refused for a reason of its own."""
    return PydanticCustomError(REFUSED, "{message}", {"message": message, "help": help_text})


def _setting(value: object) -> str:
    try:
        return from_python(value)
    except TypeError:
        raise PydanticCustomError("setting_type", "not a setting") from None


SettingText = Annotated[
    str,
    BeforeValidator(_setting),
    Takes("a number, true, false, a text of the language such as relu, or a list of these", "VALUE"),
]
SettingValues = Annotated[
    dict[str, SettingText], Takes("settings by their names, such as {width: 32}", "MAP")
]


def _tag_recipe(value: object) -> str:
    return "path" if isinstance(value, str) else "keys"


RecipeKeys = Annotated[
    Annotated[str, Tag("path")] | Annotated[dict[object, object], Tag("keys")],
    Discriminator(_tag_recipe),
    Takes("recipe keys, such as {epochs: 20}, or the path of a recipe file", "MAP|PATH"),
]


def _tag_seeds(value: object) -> str:
    return "list" if isinstance(value, list | tuple) else "count"


def _once(value: int | tuple[int, ...]) -> int | tuple[int, ...]:
    if isinstance(value, tuple) and len(set(value)) < len(value):
        raise refuse("a seed is given twice", "keep one of the two")
    return value


_SeedList = Annotated[
    Annotated[Annotated[int, Field(ge=1, le=10**6)], Tag("count")]
    | Annotated[Annotated[tuple[Seed, ...], Field(strict=False, min_length=1)], Tag("list")],
    Discriminator(_tag_seeds),
    AfterValidator(_once),
]
Seeds = Annotated[_SeedList | None, Takes("a list of seeds, such as [0, 1, 2], or their number", "LIST|N")]

_Values = Annotated[
    tuple[object, ...],
    Field(strict=False, min_length=1),
    Takes("a list of values, such as [16, 32]", "LIST"),
]
Grid = Annotated[dict[str, _Values], Takes("lists of values by `set.NAME`, `recipe.KEY` or `net`", "MAP")]
