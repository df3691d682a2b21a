"""What every section of keys is."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Some of a recipe's keys, under one title."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)

    title: ClassVar[str] = ""
