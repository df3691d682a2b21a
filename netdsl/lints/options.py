"""Which lints run, how bad what they find is, and the memory that a network may take."""

from __future__ import annotations

from netdsl.record import Record


class LintOptions(Record):
    """What a configuration or the command line asks for; None for the lints that are on by default.

    `select` and `ignore` hold codes, the beginnings of codes (`W2`), names,
    `all` and `default`. `severities` are pairs of a code and a severity.
    `memory` is in bytes.
    """

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    severities: tuple[tuple[str, str], ...] = ()
    memory: int | None = None
    batch_size: int = 1
