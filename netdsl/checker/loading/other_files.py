"""YAML files where a network is wanted: which of netdsl's they are, and what takes them."""

from __future__ import annotations

import os
import re

# Keys that stand in experiment files, and in no recipe.
_OF_EXPERIMENTS = re.compile(r"^(title|runs|grid|search)[ \t]*:", re.MULTILINE)


def is_yaml(name: str | os.PathLike[str]) -> bool:
    """Whether a file is YAML by its name."""
    return os.fspath(name).lower().endswith((".yaml", ".yml"))


def is_experiment(text: str) -> bool:
    """Whether a YAML text is meant as an experiment file, rather than as a recipe."""
    return _OF_EXPERIMENTS.search(text) is not None


def taker(name: str, text: str) -> str:
    """The command that checks a YAML file."""
    if is_experiment(text):
        return f"an experiment file: `netdsl sweep {name} --dry-run` checks it"
    return f"a recipe: `netdsl recipe check {name}` checks it, `--recipe {name}` trains by it"
