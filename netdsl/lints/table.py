"""All lints, and which of them are wanted."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import lint_names
from netdsl.lints import costs, dead, inputs, maps, order, starts, unused
from netdsl.lints.declaration import FileLint, Lint, NetworkLint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from netdsl.lints.options import LintOptions

NETWORK_LINTS: tuple[NetworkLint, ...] = (*maps.LINTS, *costs.LINTS, *order.LINTS, *starts.LINTS)
FILE_LINTS: tuple[FileLint, ...] = (*unused.LINTS, *dead.LINTS, *inputs.LINTS)
# What the comments allow is known when all others have run.
LINTS: tuple[Lint, ...] = (*NETWORK_LINTS, *FILE_LINTS, Lint(lint_names.USELESS_ALLOW))

ALL, DEFAULT = "all", "default"


def wanted(options: LintOptions) -> set[str]:
    """The codes of the lints that run."""
    chosen = chosen_by(options.select if options.select is not None else (DEFAULT,))
    return chosen - chosen_by(options.ignore)


def chosen_by(words: Iterable[str]) -> set[str]:
    """The codes that words stand for: codes, their beginnings, names, `all`, `default`."""
    return {lint.code.id for word in words for lint in LINTS if stands_for(word, lint)}


def stands_for(word: str, lint: Lint) -> bool:
    """Whether a word of a selection is about a lint."""
    if word in (ALL, DEFAULT):
        return word == ALL or lint.is_default
    return word == lint.code.name or (word[:1] == "W" and lint.code.id.startswith(word))


def words() -> list[str]:
    """What a selection may hold, besides beginnings of codes."""
    return [ALL, DEFAULT, *(word for lint in LINTS for word in (lint.code.id, lint.code.name))]


def code_of(word: str) -> str | None:
    """The code that a code or a name stands for."""
    return next((lint.code.id for lint in LINTS if word in (lint.code.id, lint.code.name)), None)
