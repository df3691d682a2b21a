"""The configuration of lints: its keys, and what is wrong in them."""

from __future__ import annotations

import os
import re

from netdsl.diagnostics.catalogue import files as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError, Severity
from netdsl.diagnostics.span import COMMAND_LINE, Source, Span
from netdsl.diagnostics.suggest import closest
from netdsl.lints.config_file import SHARED, find_config
from netdsl.lints.options import LintOptions
from netdsl.lints.table import chosen_by, code_of, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# As on the command line.
LARGEST_BATCH = 10**9 - 1
# Nobody reads more.
MOST_FINDINGS = 50
# The time that reading a key takes grows with the square of its parts.
_LONG_KEY = re.compile(r"^(?:[^.\n]*\.){1000}", re.MULTILINE)
KEYS = ("select", "ignore", "severity", "memory", "batch-size")
_UNITS = {"": 1, "B": 1} | {
    f"{prefix}{unit}": base ** (power + 1)
    for unit, base in (("iB", 1024), ("B", 1000))
    for power, prefix in enumerate("KMGT")
}
_BYTES = re.compile(r"\s*(\d{1,15}(?:\.\d{1,9})?)\s*([KMGT]?i?B?)\s*")


def bytes_of(text: str) -> int | None:
    """A number of bytes as it is written: `8GiB`, `512MB`, `100000`; None for anything else."""
    match = _BYTES.fullmatch(text)
    if match is None or match[2] not in _UNITS:
        return None
    return int(float(match[1]) * _UNITS[match[2]]) or None


def options_for(path: str) -> tuple[LintOptions, list[Diagnostic]]:
    """The options that the nearest configuration above a file gives, and what is wrong in it."""
    try:
        source = find_config(path)
    except DiagnosticError as error:
        return LintOptions(), [error.diagnostic]
    if source is None:
        return LintOptions(), []
    return read_config(source)


def read_config(source: Source) -> tuple[LintOptions, list[Diagnostic]]:
    """The options of a configuration, and what is wrong in it; what is wrong is left out."""
    from tomllib import loads

    long = _LONG_KEY.search(source.text)
    if long is not None:
        return LintOptions(), [not_toml(source, long.start(), "a line with a thousand dots")]
    try:
        whole = loads(source.text)
    except RecursionError:
        return LintOptions(), [not_toml(source, 0, "it is nested too deeply")]
    except ValueError as error:
        return LintOptions(), [not_toml(source, *place_and_reason(source, str(error)))]
    table: object = whole
    if os.path.basename(source.name) == SHARED:
        tool = whole.get("tool", {})
        table = tool.get("netdsl", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        return LintOptions(), [wrong(source, "netdsl", "`tool.netdsl` is a table", "write [tool.netdsl]")]
    reader = _Reader(source, table)
    return reader.read(), reader.wrong


class _Reader:
    """Reads one table, and keeps what is wrong in it."""

    def __init__(self, source: Source, table: Mapping[str, object]) -> None:
        self.source = source
        self.table = table
        self.wrong: list[Diagnostic] = []

    def read(self) -> LintOptions:
        """The options."""
        for key in self.table:
            if key not in KEYS:
                self.unknown(key, f"no key `{key}`", KEYS, "its keys are " + ", ".join(KEYS))
        return LintOptions(
            self.selection("select") if "select" in self.table else None,
            self.selection("ignore"),
            self.severities(),
            self.memory(),
            self.batch_size(),
        )

    def tell(self, word: str, message: str, help: str) -> None:
        """Keep what is wrong with a word; nobody reads more than the first ones."""
        if len(self.wrong) < MOST_FINDINGS:
            self.wrong.append(wrong(self.source, word, message, help))

    def unknown(self, word: str, message: str, known: Iterable[str], otherwise: str) -> None:
        """Tell of a word that is none of those that are known."""
        if len(self.wrong) < MOST_FINDINGS:
            meant = closest(word, known)
            self.tell(word, message, f"did you mean `{meant}`?" if meant else otherwise)

    def unknown_lint(self, word: str) -> None:
        """Tell of a word that is no lint."""
        self.unknown(word, f"no lint `{word}`", words(), "docs/diagnostics.md lists them, W201 and following")

    def selection(self, key: str) -> tuple[str, ...]:
        """The codes and names of a list."""
        given = self.table.get(key, [])
        if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
            self.tell(key, f"`{key}` is a list of codes", 'such as ["W201"]')
            return ()
        return tuple(each for each in dict.fromkeys(given) if self.is_known(each))

    def is_known(self, word: str) -> bool:
        """Whether a word stands for lints; it is reported where it doesn't."""
        if chosen_by((word,)):
            return True
        self.unknown_lint(word)
        return False

    def severities(self) -> tuple[tuple[str, str], ...]:
        """The severity of each code that is given one."""
        given = self.table.get("severity", {})
        if not isinstance(given, dict):
            self.tell("severity", "`severity` is a table of codes", 'such as {W201 = "warning"}')
            return ()
        found: list[tuple[str, str]] = []
        for word, severity in given.items():
            code = code_of(word)
            if code is None:
                self.unknown_lint(word)
            elif severity not in Severity.ALL:
                message = f"no severity {severity!r}" if isinstance(severity, str) else "a severity is a text"
                self.tell(word, message, "it is one of " + ", ".join(f'"{each}"' for each in Severity.ALL))
            else:
                found.append((code, severity))
        return tuple(found)

    def memory(self) -> int | None:
        """The budget in bytes."""
        given = self.table.get("memory")
        # A number of thousands of digits can't even be written out.
        is_number = isinstance(given, int) and not isinstance(given, bool) and given.bit_length() < 64
        taken = bytes_of(str(given)) if isinstance(given, str) or is_number else None
        if given is not None and taken is None:
            self.tell("memory", "`memory` is a number of bytes", 'such as "8GiB"')
        return taken

    def batch_size(self) -> int:
        """The samples of a batch."""
        given = self.table.get("batch-size", 1)
        if isinstance(given, int) and not isinstance(given, bool) and 0 < given <= LARGEST_BATCH:
            return given
        message = "`batch-size` is a positive integer"
        self.tell("batch-size", message, f"such as 256; at most {LARGEST_BATCH:,}")
        return 1


def wrong(source: Source, word: str, message: str, help: str) -> Diagnostic:
    """The finding about a word of the configuration."""
    match = re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", source.text)
    span = Span(source, *match.span()) if match else Span(source, 0, min(1, len(source.text)))
    return Diagnostic(codes.BAD_CONFIG, message, span, "in the configuration of lints", help=help)


def not_toml(source: Source, start: int, reason: str) -> Diagnostic:
    """The finding about a text that is no TOML."""
    return Diagnostic(
        codes.BAD_CONFIG,
        "configuration is no TOML",
        Span(source, start, min(start + 1, len(source.text))),
        reason,
    )


def place_and_reason(source: Source, said: str) -> tuple[int, str]:
    """Where a text is no TOML, and why, by what Python says of it."""
    if said.startswith("Exceeds the limit"):
        return 0, "a number has too many digits"
    start = len(source.text)
    match = re.search(r"\(at line (\d+), column (\d+)\)", said)
    if match is not None and int(match[1]) <= len(source.line_starts):
        start = min(start, source.line_starts[int(match[1]) - 1] + int(match[2]) - 1)
    reason = said.partition(" (at ")[0]
    return start, reason[:1].lower() + reason[1:]


def checked_words(text: str) -> tuple[str, ...]:
    """The words of `--select` and `--ignore`; raises `DiagnosticError` where one is no lint."""
    found = tuple(word for word in re.split(r"[,\s]+", text) if word)
    for word in found:
        if not chosen_by((word,)):
            raise DiagnosticError(wrong(Source(COMMAND_LINE, text), word, f"no lint `{word}`", "W201, ..."))
    return found
