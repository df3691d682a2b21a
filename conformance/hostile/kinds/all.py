"""Every kind by its name."""

from __future__ import annotations

from conformance.hostile.kind import Kind
from conformance.hostile.kinds.texts import Texts

KINDS: dict[str, type[Kind]] = {each.name: each for each in (Texts,)}
