"""Diagnostics as GitHub Actions workflow commands, shown beside the lines of a pull request."""

from __future__ import annotations

from netdsl.diagnostics.diagnostic import Diagnostic, Severity
from netdsl.diagnostics.render.counts import CUT
from netdsl.diagnostics.render.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def escape_data(text: str) -> str:
    """Escape a command's message, as GitHub's runner reads it."""
    return visible(text.replace("\r\n", "\n")).replace("%", "%25").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """Escape a command's property, in which a colon and a comma mean something too."""
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")


def render_github(diagnostics: Iterable[Diagnostic], is_cut: bool = False) -> str:
    """A workflow command a line; `is_cut` says that there may be more to find."""
    notice = [f"::notice title=netdsl::{escape_data(CUT)}"] if is_cut else []
    return "\n".join([*(annotation(each) for each in diagnostics), *notice])


def annotation(diagnostic: Diagnostic) -> str:
    """The workflow command of one diagnostic."""
    properties: dict[str, object] = {}
    if diagnostic.span:
        source = diagnostic.span.source
        line, column = source.position(diagnostic.span.start)
        end_line, end_column = source.position(diagnostic.span.end)
        properties = {"file": source.name, "line": line, "endLine": end_line, "col": column}
        if line == end_line:
            properties["endColumn"] = end_column
    elif diagnostic.file:
        properties = {"file": diagnostic.file}
    properties["title"] = diagnostic.code.id
    described = ",".join(f"{key}={escape_property(str(value))}" for key, value in properties.items())
    parts = [diagnostic.message, diagnostic.label, f"help: {diagnostic.help}" if diagnostic.help else ""]
    # GitHub calls a hint a notice.
    command = "notice" if diagnostic.severity == Severity.HINT else diagnostic.severity
    return f"::{command} {described}::{escape_data('. '.join(filter(None, parts)))}"
