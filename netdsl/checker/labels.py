"""Labels: the names that `as` gives to steps and to the values they make."""

from __future__ import annotations

from keyword import iskeyword

from netdsl.checker.module_attributes import MODULE_ATTRIBUTES
from netdsl.diagnostics.catalogue import names as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError, Edit, Fix, Label
from netdsl.diagnostics.suggest import closest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.builder import Flow
    from netdsl.checker.frame import Frame
    from netdsl.diagnostics.span import Span
    from netdsl.syntax import tree


def label_name(step: tree.Step, frame: Frame) -> str | None:
    """The name that a step's label gives to a module, None where it has none."""
    return module_name(step.label, frame) if step.label is not None else None


def module_name(label: tree.Name, frame: Frame) -> str:
    """The name of a module by its label: with the iteration's number inside loops."""
    word = label.name
    if iskeyword(word) or word in MODULE_ATTRIBUTES:
        what = "a word of Python" if iskeyword(word) else "an attribute of every torch.nn.Module"
        raise DiagnosticError(
            Diagnostic(
                codes.RESERVED_LABEL,
                f"`{word}` can't be a label",
                label.span,
                f"it is {what}",
                help=f"choose another name, such as `{word}_layer`",
            )
        )
    return word + "_".join(map(str, frame.iteration))


def remember(step: tree.Step, made: Flow, frame: Frame) -> None:
    """Make a labelled value visible to the statements that follow in its braces."""
    if step.label is not None:
        frame.scope.labels[step.label.name] = (made, step.label.span)
        frame.context.labelled[step.label.name] = step.label.span


def find_labelled(word: tree.Name, frame: Frame) -> Flow:
    """The value of a label; raises `DiagnosticError` where there is none above."""
    found = frame.scope.find_label(word.name)
    if found is not None:
        return found[0]
    hidden = ended_label(word, frame)
    meant = closest(word.name, frame.scope.all_labels()) if hidden is None else None
    raise DiagnosticError(
        Diagnostic(
            codes.UNKNOWN_LABEL,
            f"no value is labelled `{word.name}`",
            word.span,
            f"did you mean `{meant}`?"
            if meant
            else "no step above is labelled so, in these braces or around them",
            (Label(hidden, "this label holds to the end of its braces"),) if hidden else (),
            help=f"for the value behind the braces, write `identity as {word.name}` below them"
            if hidden
            else f"label a step above: ... as {word.name}",
            fix=Fix(f"write `{meant}`", (Edit(word.span, meant),)) if meant else None,
        )
    )


def ended_label(word: tree.Name, frame: Frame) -> Span | None:
    """Where a net or block gave a label in braces that have ended, such as those of a loop."""
    body = frame.context.calls[-1][0].definition.body
    span = frame.context.labelled.get(word.name)
    return span if span is not None and body is not None and span.is_inside(body.span) else None
