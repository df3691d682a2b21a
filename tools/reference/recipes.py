"""docs/recipes.md: every key of a recipe, and the schedules."""

from __future__ import annotations

from typing import get_args

from netdsl.training import recipe_fields
from netdsl.training.recipe.schedule import AnySchedule
from reference.pages import from_template, row


def recipes_page() -> str:
    """docs/recipes.md."""
    rows: list[str] = []
    section = ""
    for field in recipe_fields():
        if field.section != section:
            section = field.section
            rows += [
                "",
                f"### {section}",
                "",
                "| key | takes | default | meaning |",
                "| --- | --- | --- | --- |",
            ]
        names = ", ".join(f"`{name}`" for name in (field.name, *field.aliases))
        default = "" if field.default in ("", "null") else f"`{field.default}`"
        cells = (names, field.takes, default, field.help)
        rows.append(row(cells))
    parts = {"KEYS": "\n".join(rows[1:]), "SCHEDULES": schedules_table()}
    return from_template("recipes.md", parts)


def schedules_table() -> str:
    """The types of `schedule`."""
    rows = []
    for kind in get_args(AnySchedule):
        options = [
            f"`{name}`" if info.is_required() else f"`{name}: {shown_option(info.default)}`"
            for name, info in kind.model_fields.items()
            if name != "type"
        ]
        doc = (kind.__doc__ or "").strip()
        rows.append(f"| `{kind.model_fields['type'].default}` | {', '.join(options)} | {doc} |")
    return "\n".join(rows)


def shown_option(value: object) -> str:
    """A default as YAML has it."""
    return "null" if value is None else str(value)
