"""What is found in the examples of the catalogue, whether the check finds it or a lint."""

from __future__ import annotations

from netdsl.diagnostics.span import Source
from netdsl.lints.options import LintOptions
from netdsl.lints.run import lint_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.diagnostics.diagnostic import Code, Diagnostic


def findings_of(code: Code, text: str, folder: str = ".", name: str = "wrong.net") -> list[Diagnostic]:
    """The findings of a code in a text; of a lint that is off by default, too."""
    select = ("default", code.id) if code.name else None
    # A file of blocks is no mistake in itself; that it holds no net to run is.
    every = code.id != "E603"
    result = lint_source(Source(name, text), folder=folder, every=every, options=LintOptions(select))
    return [each for each in result.diagnostics if each.code.id == code.id]
