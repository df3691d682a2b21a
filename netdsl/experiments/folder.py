"""The files of a sweep's folder, which no run's folder can be named like."""

from __future__ import annotations

MARKDOWN, CSV, JSON = "table.md", "table.csv", "table.json"

# What Optuna has chosen.
STUDY = "search.json"

TAKEN = (MARKDOWN, CSV, JSON, STUDY)
