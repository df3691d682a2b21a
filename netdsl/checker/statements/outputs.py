"""Runs `output` statements: side heads, whose values the network returns too while it is trained."""

from __future__ import annotations

from netdsl.checker.scope.builder import ScopeBuilder
from netdsl.checker.scope.labels import module_name
from netdsl.checker.scope.values import SilentError
from netdsl.diagnostics.catalogue import structure as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.scope.frame import Frame


def run_output(statement: tree.Output, frame: Frame) -> None:
    """Build the scope of an output; the value that flows goes on unchanged.

    Raises `DiagnosticError` outside a net's own scope, and where nothing
    flows in.
    """
    from netdsl.checker.statements.run import check_depth, no_flow, run_statements

    flow, parent = frame.flow, frame.builder
    if parent.parent is not None:
        raise misplaced(statement, frame)
    if flow is None:
        raise no_flow(statement)
    check_depth(statement.body, frame)
    name = parent.name("output", module_name(statement.name, frame), statement.name.span)
    builder = ScopeBuilder(parent)
    inside = frame.inner(builder=builder)
    inside.flow = builder.take_input(flow)
    run_statements(statement.body.statements, inside)
    made = inside.flow
    if made.type is None:
        raise SilentError
    word = statement.name.name
    made = parent.add_scope(name, "output", statement.span, builder, made, word)
    parent.outputs.append(made.value)


def misplaced(statement: tree.Output, frame: Frame) -> DiagnosticError:
    """The error of an output of something other than the whole network."""
    definition = frame.context.calls[-1][0].definition
    if definition.kind == "net" and len(frame.context.calls) > 1:
        label, help = (
            "stands in a net that is used as a layer",
            "a layer has one output; leave this one out by an `if`",
        )
    else:
        label = "stands in a block" if definition.kind == "block" else "stands in a labelled merge"
        help = "write it in the net, after the step whose value it takes"
    return DiagnosticError(
        Diagnostic(
            codes.OUTPUT_MISPLACED, "an output stands in the net itself", statement.span, label, help=help
        )
    )
