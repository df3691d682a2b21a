"""Labels: the names that `as` gives to steps and to the values they make."""

from __future__ import annotations

from keyword import iskeyword

from netdsl.checker.module_attributes import MODULE_ATTRIBUTES
from netdsl.diagnostics.catalogue import names as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.builder import Flow
    from netdsl.checker.frame import Frame
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
