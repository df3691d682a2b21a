"""JSON Schema of experiment files, with that of recipes in it."""

from __future__ import annotations

from typing import Any

from netdsl.experiments.assignment import NET, RECIPE, SET
from netdsl.experiments.model import Experiment, RunEntry
from netdsl.experiments.space import Distribution
from netdsl.training.recipe import recipe_schema

_SETTING = {
    "anyOf": [
        {"type": ["number", "boolean", "string"]},
        {"type": "array", "items": {"$ref": "#/$defs/Setting"}},
    ]
}


def experiment_schema() -> dict[str, object]:
    """JSON Schema of an experiment file, for editors."""
    schema: dict[str, Any] = Experiment.model_json_schema()
    recipe: dict[str, Any] = recipe_schema()
    dialect, title = recipe.pop("$schema"), recipe.pop("title")
    parts = recipe.pop("$defs")
    assert not parts.keys() & schema["$defs"].keys()
    schema["$defs"] |= {**parts, "Recipe": {**recipe, "title": title}, "Setting": _SETTING}
    for each in (schema, schema["$defs"][RunEntry.__name__]):
        properties = each["properties"]
        properties[SET]["additionalProperties"] = {"$ref": "#/$defs/Setting"}
        properties[RECIPE] = {
            "description": properties[RECIPE]["description"],
            "anyOf": [{"type": "string"}, {"$ref": "#/$defs/Recipe"}],
        }
    keys = recipe["properties"]
    values = {name: _list({"$ref": f"#/$defs/Recipe/properties/{name}"}) for name in keys}
    _assign(
        schema["properties"]["grid"], values, _list({"$ref": "#/$defs/Setting"}), _list({"type": "string"})
    )
    space = {"$ref": f"#/$defs/{Distribution.__name__}"}
    for part in ("Random", "Search"):
        _assign(schema["$defs"][part]["properties"]["space"], dict.fromkeys(keys, space), space, space)
    schema["$defs"][Distribution.__name__] |= {"minProperties": 1, "maxProperties": 1}
    return {"$schema": dialect, **schema, "title": "netdsl experiment"}


def _list(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "items": item}


def _assign(
    part: dict[str, Any], recipe: dict[str, Any], setting: dict[str, Any], net: dict[str, Any]
) -> None:
    """Have a mapping take the keys that are assigned to, and no others."""
    part["properties"] = {NET: net, **{f"{RECIPE}.{name}": each for name, each in recipe.items()}}
    part["patternProperties"] = {rf"^{SET}\..": setting}
    part["additionalProperties"] = False
