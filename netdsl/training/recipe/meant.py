"""What was probably meant by a value that a recipe's key does not take."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import ValidationError

from netdsl.diagnostics import DiagnosticError, Source
from netdsl.training.recipe.clash import CLASH
from netdsl.training.recipe.model import Recipe
from netdsl.training.recipe.positions import read_yaml

# YAML 1.1's words for what is true and false; YAML 1.2 has only the latter.
_TRUTHS = {"yes": "true", "on": "true", "no": "false", "off": "false"}


def meant_value(key: str, text: str) -> str | None:
    """Another spelling of a value of a key, which the key takes; None where there is none."""
    return next((each for each in _spellings(text) if _is_taken(key, each)), None)


def _spellings(text: str) -> Iterator[str]:
    """What a text may stand for."""
    if text.lower() in _TRUTHS:
        yield _TRUTHS[text.lower()]
    if re.fullmatch(r"'[^']+'|\"[^\"]+\"", text):
        yield text[1:-1]
    if percent := re.fullmatch(r"(\d+(?:\.\d+)?) ?%", text):
        yield f"{float(percent[1]) / 100:g}"
    if re.fullmatch(r"\d+,\d+", text):
        yield text.replace(",", ".")
    if pair := re.fullmatch(r"\(?([\d.]+) ?[x×,] ?([\d.]+)\)?", text):  # noqa: RUF001
        yield f"[{pair[1]}, {pair[2]}]"


def _is_taken(key: str, text: str) -> bool:
    try:
        Recipe.model_validate({key: read_yaml(Source("", text)).value})
    except DiagnosticError:
        return False
    except ValidationError as error:
        return all(each["type"] == CLASH for each in error.errors())
    return True
