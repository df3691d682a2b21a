"""A diagnostic: code, place, labels, help and fix, independent of how it is printed."""

from __future__ import annotations

from netdsl.diagnostics.span import Span
from netdsl.record import Record


class Severity:
    """How bad a finding is; an error makes a command exit with 1."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"
    # From the worst on.
    ALL = (ERROR, WARNING, HINT)


class Code(Record):
    """A kind of finding. Codes are stable: a number is never reused.

    `wrong` shows the mistake and `right` the same text mended; `example_kind`
    says what they are: `net` (a whole file, run by the tests), `yaml`
    (a recipe), `experiment` (an experiment file), `toml` (a configuration) or `command` (a command line or a
    layout of files).
    `name` is what a lint is called besides its code.
    """

    id: str
    title: str
    explanation: str
    wrong: str
    right: str
    example_kind: str = "net"
    severity: str = Severity.ERROR
    name: str = ""


class Label(Record):
    """A second place that has to do with the finding, such as its cause."""

    span: Span
    text: str


class Edit(Record):
    """Replace what stands in `span` by `replacement`."""

    span: Span
    replacement: str


class Fix(Record):
    """Edits that mend the finding; `safe` ones keep the meaning that was plainly intended."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool = False


class Diagnostic(Record):
    """One finding.

    `message` is the headline, lower case; `label` stands under the primary
    span and is readable alone; `labels` are secondary places; `help` says
    what to do. `span` is None where there is no text to point at (a missing
    file); `file` then says which. `level` is a severity other than its
    code's, where a configuration gives it one.
    """

    code: Code
    message: str
    span: Span | None = None
    label: str = ""
    labels: tuple[Label, ...] = ()
    help: str | None = None
    fix: Fix | None = None
    file: str | None = None
    level: str | None = None

    @property
    def severity(self) -> str:
        """`error`, `warning` or `hint`."""
        return self.level or self.code.severity


class DiagnosticError(Exception):
    """Carries a diagnostic out of nested work to the stage that collects it."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic
