"""What is wrong with an `input` that can't stand where it does."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import structure as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError, Label
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.scope.frame import Frame


def misplaced_input(statement: tree.Input, frame: Frame) -> DiagnosticError | None:
    """The error of an `input` in a block, after another one, in inner braces or after a layer; else None."""
    root = frame.builder
    once = "the input stands once, before the first layer"
    is_used = root.parent is not None
    block = frame.context.calls[-1][0] if frame.context.calls else None
    if block is not None and block.definition.kind == "block":
        return _error(statement, "a block takes what flows into it, wherever it is used", "stands in a block")
    if root.inputs and not is_used:
        return _error(
            statement,
            "a net has one input",
            "a second input",
            (Label(root.inputs[0].made, "the input is this"),),
            "leave it out; to refer to what flows in, write `identity as name` below the first",
        )
    if frame.scope.parent is not None:
        return _error(
            statement,
            once,
            "stands in inner braces",
            help="a size may be chosen: input (3 if colour else 1, 32, 32)",
        )
    is_late = frame.flow is not None and frame.flow.type is not None and not is_used
    return _error(statement, once, "too late here") if root.nodes or is_late else None


def _error(
    statement: tree.Statement,
    message: str,
    label: str,
    labels: tuple[Label, ...] = (),
    help: str | None = None,
) -> DiagnosticError:
    return DiagnosticError(
        Diagnostic(codes.INPUT_MISPLACED, message, statement.span, label, labels, help=help)
    )
