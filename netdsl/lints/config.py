"""The configuration of lints: `netdsl.toml`, or a table of `pyproject.toml`, in a file's folder or above."""

from __future__ import annotations

import os
import re

from netdsl.diagnostics.catalogue import files as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError, Severity
from netdsl.diagnostics.span import Source, Span
from netdsl.diagnostics.suggest import closest
from netdsl.lints.options import LintOptions
from netdsl.lints.table import chosen_by, code_of, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

OWN, SHARED = "netdsl.toml", "pyproject.toml"
TABLE = "tool.netdsl"
LARGEST = 2**20
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
    source = find_config(path)
    if source is None:
        return LintOptions(), []
    return read_config(source)


def find_config(path: str) -> Source | None:
    """The nearest configuration, in the folder of a file or above it."""
    folder = os.path.dirname(os.path.abspath(path))
    while True:
        for name in (OWN, SHARED):
            text = text_of(os.path.join(folder, name))
            if text is not None and (name == OWN or TABLE in text):
                return Source(shown(os.path.join(folder, name)), text)
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def text_of(path: str) -> str | None:
    """The text of a file; None where there is none that can be read."""
    try:
        if not os.path.isfile(path) or os.path.getsize(path) > LARGEST:
            return None
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError):
        return None


def shown(path: str) -> str:
    """A path as short as it can be said."""
    here = os.path.relpath(path)
    return path if here.startswith(os.path.join("..", "..", "..")) else here


def read_config(source: Source) -> tuple[LintOptions, list[Diagnostic]]:
    """The options of a configuration, and what is wrong in it; what is wrong is left out."""
    from tomllib import TOMLDecodeError, loads

    try:
        whole = loads(source.text)
    except TOMLDecodeError as error:
        return LintOptions(), [not_toml(source, str(error))]
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
                meant = closest(key, KEYS)
                help = f"did you mean `{meant}`?" if meant else "its keys are " + ", ".join(KEYS)
                self.wrong.append(wrong(self.source, key, f"no key `{key}`", help))
        return LintOptions(
            self.selection("select") if "select" in self.table else None,
            self.selection("ignore"),
            self.severities(),
            self.memory(),
            self.batch_size(),
        )

    def selection(self, key: str) -> tuple[str, ...]:
        """The codes and names of a list."""
        given = self.table.get(key, [])
        if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
            self.wrong.append(wrong(self.source, key, f"`{key}` is a list of codes", 'such as ["W201"]'))
            return ()
        return tuple(each for each in given if self.is_known(each))

    def is_known(self, word: str) -> bool:
        """Whether a word stands for lints; it is reported where it doesn't."""
        if chosen_by((word,)):
            return True
        self.unknown(word)
        return False

    def unknown(self, word: str) -> None:
        """Report a word that is no lint."""
        meant = closest(word, words())
        help = f"did you mean `{meant}`?" if meant else "docs/diagnostics.md lists them, W201 and following"
        self.wrong.append(wrong(self.source, word, f"no lint `{word}`", help))

    def severities(self) -> tuple[tuple[str, str], ...]:
        """The severity of each code that is given one."""
        given = self.table.get("severity", {})
        if not isinstance(given, dict):
            message = "`severity` is a table of codes"
            self.wrong.append(wrong(self.source, "severity", message, 'such as {W201 = "warning"}'))
            return ()
        found: list[tuple[str, str]] = []
        for word, severity in given.items():
            code = code_of(word)
            if code is None:
                self.unknown(word)
            elif severity not in Severity.ALL:
                help = "it is one of " + ", ".join(f'"{each}"' for each in Severity.ALL)
                self.wrong.append(wrong(self.source, word, f"no severity {severity!r}", help))
            else:
                found.append((code, severity))
        return tuple(found)

    def memory(self) -> int | None:
        """The budget in bytes."""
        given = self.table.get("memory")
        taken = bytes_of(str(given)) if isinstance(given, str | int) and given is not True else None
        if given is not None and taken is None:
            self.wrong.append(wrong(self.source, "memory", "`memory` is a number of bytes", 'such as "8GiB"'))
        return taken

    def batch_size(self) -> int:
        """The samples of a batch."""
        given = self.table.get("batch-size", 1)
        if isinstance(given, int) and not isinstance(given, bool) and given > 0:
            return given
        message = "`batch-size` is a positive integer"
        self.wrong.append(wrong(self.source, "batch-size", message, "such as 256"))
        return 1


def wrong(source: Source, word: str, message: str, help: str) -> Diagnostic:
    """The finding about a word of the configuration."""
    match = re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", source.text)
    span = Span(source, *match.span()) if match else Span(source, 0, min(1, len(source.text)))
    return Diagnostic(codes.BAD_CONFIG, message, span, "in the configuration of lints", help=help)


def not_toml(source: Source, reason: str) -> Diagnostic:
    """The finding about a text that is no TOML."""
    match = re.search(r"\(at line (\d+), column (\d+)\)", reason)
    start = len(source.text)
    if match is not None and int(match[1]) <= len(source.line_starts):
        start = min(start, source.line_starts[int(match[1]) - 1] + int(match[2]) - 1)
    said = reason.partition(" (at ")[0]
    return Diagnostic(
        codes.BAD_CONFIG,
        "configuration is no TOML",
        Span(source, start, min(start + 1, len(source.text))),
        said[:1].lower() + said[1:],
    )


def checked_words(text: str) -> tuple[str, ...]:
    """The words of `--select` and `--ignore`; raises `DiagnosticError` where one is no lint."""
    found = tuple(word for word in re.split(r"[,\s]+", text) if word)
    for word in found:
        if not chosen_by((word,)):
            raise DiagnosticError(
                wrong(Source("<command line>", text), word, f"no lint `{word}`", "W201, ...")
            )
    return found
