"""Labels: the names that `as` gives to steps and to the values they make."""

from __future__ import annotations

import re
from keyword import iskeyword

from netdsl.checker.scope.module_attributes import MODULE_ATTRIBUTES
from netdsl.diagnostics.catalogue import names as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError, Edit, Fix, Label
from netdsl.diagnostics.suggest import closest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.scope.builder import Flow
    from netdsl.checker.scope.frame import Frame
    from netdsl.diagnostics.span import Span
    from netdsl.syntax import tree


_NOT_ABOVE = "no step above is labelled so, in these braces or around them"
# What a label in a loop is followed by in the names of modules.
_WITHOUT_TURN = re.compile(r"\d+(_\d+)*$")


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
        frame.context.labelled[step.label.name] = (step.label.span, frame.loop)


def find_labelled(word: tree.Name, frame: Frame) -> Flow:
    """The value of a label; raises `DiagnosticError` where there is none above."""
    found = frame.scope.find_label(word.name)
    if found is not None:
        return found[0]
    raise DiagnosticError(unlabelled(word.name, word.span, frame))


def unlabelled(word: str, span: Span, frame: Frame) -> Diagnostic:
    """The error of a word that labels no value here: why, and what was probably meant."""
    for label in (word, _WITHOUT_TURN.sub("", word)):
        ended = ended_label(label, frame)
        if ended is not None and _is_after(ended[1], span):
            return after_loop(word, label, span, ended[0])
    ended = ended_label(word, frame)
    module = frame.builder.named(word)
    if ended is None and module is not None:
        return no_value(
            word,
            span,
            f"`{word}` is the name of a module; labels are names after `as`",
            (Label(module, "this step"),),
            help=f"label that step, `... as name`, and write `name` in place of `{word}`",
        )
    if ended is not None:
        return no_value(
            word,
            span,
            _NOT_ABOVE,
            (Label(ended[0], "this label holds to the end of its braces"),),
            f"for the value after the braces, write `identity as {word}` below them",
        )
    meant = closest(word, frame.scope.all_labels())
    fix = Fix(f"write `{meant}`", (Edit(span, meant),)) if meant else None
    about = f"did you mean `{meant}`?" if meant else _NOT_ABOVE
    return no_value(word, span, about, help=f"label a step above: ... as {word}").replace(fix=fix)


def no_value(
    word: str, span: Span, label: str, labels: tuple[Label, ...] = (), help: str | None = None
) -> Diagnostic:
    """The error of a word that labels no value here."""
    return Diagnostic(codes.UNKNOWN_LABEL, f"no value is labelled `{word}`", span, label, labels, help)


def after_loop(word: str, label: str, span: Span, given: Span) -> Diagnostic:
    """The error of a word after a loop that means the values labelled in its turns, or one of them."""
    return no_value(
        word,
        span,
        "after the loop, none of its values is labelled",
        (Label(given, "labels the value of each turn, to the end of these braces"),),
        "write the turns one by one, each with a label of its own, or nest them: a block for a level, which "
        "holds `concat { branch { } branch { ... } }`; the value of the last turn alone is labelled after "
        f"the loop, `identity as {label}`",
    )


def indexed(argument: tree.Index, word: tree.Name, frame: Frame) -> Diagnostic:
    """The error of a label with an index: the value of one turn of a loop can't be asked for."""
    if frame.scope.find_label(word.name) is None:
        return unlabelled(word.name, argument.span, frame)
    return Diagnostic(
        codes.UNKNOWN_LABEL,
        "a label has no index",
        argument.span,
        f"`{word.name}` is one value; in a loop, that of its own turn",
        help=f"write `{word.name}`, or give the value that is meant a label of its own",
    )


def ended_label(word: str, frame: Frame) -> tuple[Span, Span | None] | None:
    """Where a net or block gave a label in braces that have ended, and the loop around it, if any."""
    body = frame.context.calls[-1][0].definition.body
    span, loop = frame.context.labelled.get(word, (None, None))
    return (span, loop) if span is not None and body is not None and span.is_inside(body.span) else None


def _is_after(loop: Span | None, span: Span) -> bool:
    return loop is not None and not span.is_inside(loop)
