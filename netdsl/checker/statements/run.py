"""Runs statements in order; control is expanded while shapes are inferred, so conditions may ask for them."""

from __future__ import annotations

from netdsl.checker.advice.wrong_values import integer_for
from netdsl.checker.expressions.evaluate import evaluate
from netdsl.checker.scope.builder import Change, Flow, unknown_flow
from netdsl.checker.scope.context import DEEPEST
from netdsl.checker.scope.values import SilentError, describe
from netdsl.checker.scope.view import View
from netdsl.checker.statements.control import chosen_bodies, run_definition, turns
from netdsl.checker.statements.inits import run_init
from netdsl.checker.statements.inputs import misplaced_input
from netdsl.checker.statements.outputs import run_output
from netdsl.checker.statements.steps import run_chain
from netdsl.diagnostics.catalogue import shapes as shape_codes
from netdsl.diagnostics.catalogue import structure as codes
from netdsl.diagnostics.catalogue import values as value_codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError, Edit, Fix, Label
from netdsl.layers.kinds import LARGEST
from netdsl.layers.tensor import TensorType, tensor
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.scope.frame import Frame
    from netdsl.checker.scope.values import Value


def run_braces(body: tree.Body, frame: Frame, flow: Flow | None = None) -> Flow:
    """Run statements in a scope of their own, on a value or the one that flows; the value that comes out."""
    check_depth(body, frame)
    inside = frame.inner()
    inside.flow = flow or frame.flow
    run_statements(body.statements, inside)
    assert inside.flow is not None
    return inside.flow


def run_statements(statements: tuple[tree.Statement, ...], frame: Frame) -> None:
    """Run statements in a frame, whose flow becomes what comes out of the last."""
    for statement in statements:
        run_statement(statement, frame)


def run_statement(statement: tree.Statement, frame: Frame) -> None:
    """Run one statement; what goes wrong is reported and leaves the flow unknown."""
    match statement:
        case tree.Chain():
            run_chain(statement, frame)
        case tree.Repeat() | tree.For():
            for turn in turns(statement, frame):
                run_nested(statement.body, turn, frame)
        case tree.If():
            bodies = chosen_bodies(statement, frame)
            known = len(bodies) < 2
            for body in bodies:
                run_nested(body, frame.inner(), frame)
                if not known and frame.flow is not None:
                    frame.flow = frame.flow.replace(type=None)
        case tree.Expect():
            guarded(run_expect, statement, frame)
        case tree.Input():
            guarded(run_input, statement, frame)
        case tree.Init():
            run_init(statement, frame)
        case tree.Output():
            guarded(run_output, statement, frame)
        case tree.Branch():
            run_stray_branch(statement, frame)
        case tree.Broken():
            frame.flow = flow_behind(statement, frame)
        case _:
            run_definition(statement, frame)


def flow_behind(statement: tree.Statement, frame: Frame) -> Flow:
    """What flows after a statement that is wrong, which may have been the `input`."""
    if frame.flow is None:
        return unknown_flow(frame.builder, statement.span)
    return frame.flow.replace(type=None)


def run_nested(body: tree.Body, inside: Frame, frame: Frame) -> None:
    """Run the body of a loop or condition, through which the flow goes on."""
    check_depth(body, frame)
    inside.flow = frame.flow
    run_statements(body.statements, inside)
    frame.flow = inside.flow


def check_depth(body: tree.Body, frame: Frame) -> None:
    """End the check where blocks and braces are nested too deeply."""
    if frame.depth >= DEEPEST:
        frame.context.too_big(
            body.span.replace(end=body.span.start + 1), f"{DEEPEST} levels of blocks and braces"
        )


def guarded(run: object, statement: tree.Statement, frame: Frame) -> None:
    """Run a statement and report what it raises; that nothing flows in is said once."""
    try:
        run(statement, frame)  # type: ignore[operator]
    except (DiagnosticError, SilentError) as error:
        frame.context.caught(error)
        if isinstance(error, DiagnosticError) and error.diagnostic.code is codes.NO_INPUT:
            frame.flow = flow_behind(statement, frame)


def run_stray_branch(statement: tree.Branch, frame: Frame) -> None:
    """Report a branch that stands in no merge, and look at what is in it."""
    frame.context.report(
        Diagnostic(
            codes.BRANCH_MISPLACED,
            "branch outside a merge",
            statement.span,
            "stands directly in no merge",
            help="branches stand in the braces of `add`, `concat`, `multiply` or `shake`",
        )
    )
    if frame.flow is not None:
        frame.flow = frame.flow.replace(type=None)
        run_braces(statement.body, frame)


def shape_of(expression: tree.Expression, frame: Frame) -> TensorType:
    """The type of a shape that is written; raises `DiagnosticError` where it is none."""
    value = evaluate(expression, frame)
    sizes = value if isinstance(value, tuple) else (value,)
    whole = tuple(size for size in sizes if isinstance(size, int) and not isinstance(size, bool))
    if (
        len(whole) != len(sizes)
        or not 1 <= len(sizes) <= 4
        or not all(1 <= size <= LARGEST for size in whole)
    ):
        raise no_shape(expression, value, sizes)
    if tensor(whole).size > 2**40:
        raise DiagnosticError(
            Diagnostic(
                shape_codes.TOO_LARGE,
                "tensor too large to exist",
                expression.span,
                f"it has {tensor(whole).size:,} elements",
            )
        )
    return tensor(whole)


def no_shape(expression: tree.Expression, value: Value, sizes: tuple[Value, ...]) -> DiagnosticError:
    """The error of a value that is no shape."""
    code = value_codes.BAD_SHAPE
    help: str | None = "write 3x32x32, or (3, size, size)"
    message = "a shape has one to four sizes, each a positive integer"
    written = expression.items if isinstance(expression, tree.Sequence) else (expression,)
    fractions = [position for position, size in enumerate(sizes) if isinstance(size, float)]
    if fractions:
        code, help = value_codes.NOT_AN_INTEGER, "divide by `//` for integers"
        first = sizes[fractions[0]]
        if len(written) == len(sizes) and isinstance(first, float):
            help = integer_for(written[fractions[0]].span.text, first)[0] or help
    elif any(isinstance(size, int) and size > LARGEST for size in sizes):
        message, help = f"a size is at most {LARGEST:,}", None
    return DiagnosticError(
        Diagnostic(code, message, expression.span, f"this is {describe(value)}", help=help)
    )


def run_input(statement: tree.Input, frame: Frame) -> None:
    """The net's input; in a net that is used as a layer, checked like an `expect`."""
    root = frame.builder
    misplaced = misplaced_input(statement, frame)
    if misplaced is not None:
        raise misplaced
    if root.parent is not None:
        run_expect(statement, frame)
        return
    try:
        shape = shape_of(statement.shape, frame)
    except (DiagnosticError, SilentError) as error:
        frame.context.caught(error)
        frame.flow = flow_behind(statement, frame)
        return
    change = Change(statement.span, None, shape)
    frame.context.input_size = shape.spatial
    outside = Flow(root, 0, shape, statement.span, View.of_input(shape), change, change, change)
    frame.flow = root.take_input(outside)


def no_flow(statement: tree.Statement) -> DiagnosticError:
    """The error of a statement about the value that flows, where none does."""
    return DiagnosticError(
        Diagnostic(
            codes.NO_INPUT,
            "nothing flows in here yet",
            statement.span,
            "there is no `input` before it",
            help="begin the net with its input, such as `input 3x32x32`",
        )
    )


def run_expect(statement: tree.Expect | tree.Input, frame: Frame) -> None:
    """Compare the shape that flows with the one that is stated."""
    flow = frame.flow
    if flow is None:
        raise no_flow(statement)
    wanted = shape_of(statement.shape, frame)
    if flow.type is None:
        raise SilentError
    if wanted.shape != flow.type.shape:
        raise DiagnosticError(
            Diagnostic(
                shape_codes.EXPECT_FAILED,
                "shape is not the expected one",
                statement.shape.span,
                f"expected {wanted}, but {flow.type} flows in",
                (Label(flow.made, f"makes {flow.type}"),) if flow.made != statement.span else (),
                fix=Fix(f"expect {flow.type}", (Edit(statement.shape.span, str(flow.type)),)),
            )
        )
