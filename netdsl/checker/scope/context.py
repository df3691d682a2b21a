"""What one check keeps count of: findings, bounds, and the blocks it is inside of."""

from __future__ import annotations

from netdsl.checker.scope.installed import InstalledLayers
from netdsl.checker.scope.values import SilentError, Template
from netdsl.diagnostics.catalogue import structure
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError, Label, Severity
from netdsl.diagnostics.span import Span

# What these take is a second at most, on a machine that does other things too.
MOST_STEPS = 12_000
MOST_EVALUATIONS = 250_000
DEEPEST = 64
MOST_FINDINGS = 50
MOST_REPEATED = 200


class TooBigError(Exception):
    """A bound was passed: the check ends, with what it found so far."""


class Context:
    """The mutable state of a check.

    Holds no more than `MOST_FINDINGS` diagnostics and ends the check where
    those it has were met `MOST_REPEATED` times again, or where a network
    expands to more than `MOST_STEPS` steps or `MOST_EVALUATIONS` expressions.
    """

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.calls: list[tuple[Template, Span]] = []
        self.visited: set[int] = set()
        self.input_size: tuple[int, ...] = ()
        self.installed = InstalledLayers()
        self._seen: set[tuple[str, Span | None]] = set()
        self._steps = 0
        # Where each label was last given, and the loop around it, also in braces that have ended.
        self.labelled: dict[str, tuple[Span, Span | None]] = {}
        self._evaluations = 0
        self._repeated = 0
        # Whether the check ended since it found so much.
        self.is_cut = False

    def report(self, diagnostic: Diagnostic) -> None:
        """Keep a finding, once for each place, with the use of the block it stands in."""
        key = (diagnostic.code.id, diagnostic.span)
        if key in self._seen:
            self._count_repeated(diagnostic)
            return
        self._seen.add(key)
        if self.calls and len(diagnostic.labels) < 3:
            template, span = self.calls[-1]
            inside = diagnostic.span is not None and diagnostic.span.source is template.module.source
            at_top = span is template.definition.span
            shown = any(each.span.is_inside(span) for each in diagnostic.labels)
            if inside and not at_top and span != diagnostic.span and not shown:
                label = Label(span, f"in this use of `{template.name}`")
                diagnostic = diagnostic.replace(labels=(*diagnostic.labels, label))
        self.diagnostics.append(diagnostic)
        if len(self.diagnostics) >= MOST_FINDINGS:
            self.is_cut = True
            raise TooBigError

    def _count_repeated(self, diagnostic: Diagnostic) -> None:
        """End the check where a loop meets the same mistakes for too long: each is explained anew."""
        self._repeated += diagnostic.severity == Severity.ERROR
        if self._repeated >= MOST_REPEATED:
            self.is_cut = True
            raise TooBigError

    def caught(self, error: DiagnosticError | SilentError) -> None:
        """Report what an exception carries; a silent one carries nothing."""
        if isinstance(error, DiagnosticError):
            self.report(error.diagnostic)

    def count_step(self, span: Span) -> None:
        """One more step, or turn of a loop."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            self.too_big(span, f"more than {MOST_STEPS:,} steps by here")

    def count_evaluation(self, span: Span, amount: int = 1) -> None:
        """One more expression, or so many elements of a list."""
        self._evaluations += amount
        if self._evaluations > MOST_EVALUATIONS:
            self.too_big(span, f"more than {MOST_EVALUATIONS:,} evaluated expressions by here")

    def too_big(self, span: Span, label: str) -> None:
        """End the check."""
        self.report(
            Diagnostic(
                structure.TOO_BIG,
                "network expands to too much",
                span,
                label,
                help="is the count of a `repeat` or the range of a `for` right?",
            )
        )
        raise TooBigError
