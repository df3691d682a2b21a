"""The tables of docs/experiments.md: the keys of an experiment file."""

from __future__ import annotations

from pydantic.fields import FieldInfo

from netdsl.experiments.model import Asha, Experiment, Random, Reported, RunEntry, Search
from netdsl.experiments.space import Distribution
from netdsl.training.recipe.fields import takes_of
from netdsl.training.recipe.values import Settings
from reference.pages import filled, row


def experiments_page() -> str:
    """docs/experiments.md."""
    parts = {
        "a file": Experiment,
        "a run": RunEntry,
        "reported": Reported,
        "random": Random,
        "search": Search,
        "a space": Distribution,
        "asha": Asha,
    }
    return filled("experiments.md", {f"keys of {name}": keys_table(model) for name, model in parts.items()})


def keys_table(model: type[Settings]) -> str:
    """The keys of a part of an experiment file."""
    rows = ["| key | takes | default | meaning |", "| --- | --- | --- | --- |"]
    for name, info in model.model_fields.items():
        default = "required" if info.is_required() else shown_key_default(info)
        cells = (f"`{name}`", takes_of(info).words, default, info.description or "")
        rows.append(row(cells))
    return "\n".join(rows)


def shown_key_default(info: FieldInfo) -> str:
    """A default as YAML has it; empty where it is nothing."""
    value = info.get_default(call_default_factory=True)
    return f"`{value}`" if value not in (None, (), {}) else ""
