"""The error of keys that don't go together."""

from __future__ import annotations

from pydantic_core import PydanticCustomError

CLASH = "clashing_keys"


def clash(key: str, message: str, help_text: str, other: str = "optimizer") -> PydanticCustomError:
    """`key` has no effect or no meaning beside `other`, which the diagnostic points at too."""
    context = {"key": key, "message": message, "help": help_text, "other": other}
    return PydanticCustomError(CLASH, "{message}", context)
