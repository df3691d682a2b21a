"""How many findings there are, and whether that is all."""

from __future__ import annotations

from netdsl.diagnostics.diagnostic import Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdsl.diagnostics.diagnostic import Diagnostic

CUT = "perhaps more: the check ended there"


def counted(diagnostics: Sequence[Diagnostic]) -> str:
    """How many findings there are of each severity: `2 errors, 1 hint`."""
    counts = ((severity, sum(each.severity == severity for each in diagnostics)) for severity in Severity.ALL)
    return ", ".join(f"{count} {severity}{'s' * (count > 1)}" for severity, count in counts if count)
