"""The table of a sweep, read back from its folder."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, FiniteFloat, ValidationError

from netdsl.experiments.folder import JSON
from netdsl.text_file import parse_json, read_text_file
from netdsl.training.run_folder.reading import broken, reading


class _Part(BaseModel):
    """What is read of a part; what it holds besides is left aside."""

    model_config = ConfigDict(frozen=True)


class SavedSummary(_Part):
    """A figure over the seeds."""

    mean: FiniteFloat
    deviation: FiniteFloat | None = None


class SavedSeed(_Part):
    """A single run: its seed, and its folder in the sweep's."""

    seed: int
    folder: str


class SavedRow(_Part):
    """A row, as `table.json` has it."""

    run: str
    runs: tuple[SavedSeed, ...]
    train_accuracy: SavedSummary | None = None
    validation_accuracy: SavedSummary | None = None
    test_accuracy: SavedSummary | None = None
    epochs: FiniteFloat | None = None
    parameters: int | None = None
    seconds: FiniteFloat | None = None
    reported: dict[str, int | FiniteFloat]
    difference: dict[str, FiniteFloat]
    partial: str | None = None
    state: str | None = None


class SavedTable(_Part):
    """A sweep's title, what is said of it, and its rows."""

    title: str
    source: str | None = None
    note: str | None = None
    rows: tuple[SavedRow, ...]


def read_table(folder: Path) -> SavedTable:
    """The table in a sweep's folder; raises `DiagnosticError` where it can't be read or is none."""
    path = folder / JSON
    text = reading(path, lambda: read_text_file(path))
    try:
        return SavedTable.model_validate(parse_json(text))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        problem = f"a wrong `{key}`: {first['msg'].lower()}" if key else "no keys and values"
        raise broken(path, f"is no table of a sweep, it has {problem}") from error
    except ValueError as error:
        raise broken(path, f"is no JSON: {error}") from error
