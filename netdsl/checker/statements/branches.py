"""Collects the branches of a merge, through the loops and conditions around them."""

from __future__ import annotations

from netdsl.checker.scope.builder import Flow
from netdsl.checker.scope.labels import find_labelled
from netdsl.checker.statements.control import chosen_bodies, run_definition, turns
from netdsl.diagnostics.catalogue import structure as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.scope.frame import Frame


def collect_branches(body: tree.Body, frame: Frame) -> list[Flow]:
    """The values of all branches in a merge's braces."""
    found: list[Flow] = []
    for statement in body.statements:
        frame.context.count_step(statement.span)
        if isinstance(statement, tree.Branch):
            found.append(run_branch(statement, frame))
        elif isinstance(statement, tree.Repeat | tree.For):
            for turn in turns(statement, frame):
                found.extend(collect_branches(statement.body, turn))
        elif isinstance(statement, tree.If):
            for chosen in chosen_bodies(statement, frame):
                found.extend(collect_branches(chosen, frame.inner()))
        elif isinstance(statement, tree.Broken):
            found.extend(unknown_branches(frame))
        elif not run_definition(statement, frame):
            frame.context.report(
                Diagnostic(
                    codes.BRANCH_MISPLACED,
                    "a merge holds branches",
                    statement.span,
                    "stands in no branch",
                    help="put it into `branch { ... }`",
                )
            )
            found.extend(unknown_branches(frame))
    return found


def run_branch(statement: tree.Branch, frame: Frame) -> Flow:
    """What a branch makes of the value that flows into the merge, or of the one that it names."""
    from netdsl.checker.statements.run import run_braces

    flow = frame.flow
    assert flow is not None
    if statement.label is not None:
        try:
            flow = find_labelled(statement.label, frame)
        except DiagnosticError as error:
            frame.context.caught(error)
            flow = flow.replace(type=None)
    return run_braces(statement.body, frame, flow)


def unknown_branches(frame: Frame) -> list[Flow]:
    """What stands for a mistake: two, as it may have been meant as several, and one would be too few."""
    assert frame.flow is not None
    return [frame.flow.replace(type=None)] * 2
