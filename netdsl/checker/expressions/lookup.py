"""Bare words: parameters, `let`s, what flows in, choices of an option, layers."""

from __future__ import annotations

from netdsl.checker.expressions.functions import FLOWING, FUNCTIONS
from netdsl.checker.scope.values import LayerValue, SilentError, show
from netdsl.diagnostics.catalogue import files as file_codes
from netdsl.diagnostics.catalogue import names as name_codes
from netdsl.diagnostics.catalogue import values as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError, Edit, Fix, Label
from netdsl.diagnostics.reason import first_line
from netdsl.diagnostics.suggest import closest
from netdsl.layers.declaration import Declaration
from netdsl.layers.kinds import Word
from netdsl.layers.table import BUILT_IN, BrokenLayerError
from netdsl.layers.tensor import MAP
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.scope.frame import Frame
    from netdsl.checker.scope.values import Template, Value


# As other languages have them.
TRUTHS = {"true": "true", "false": "false"}
NOTHINGS = ("none", "null", "nil")


def lookup(name: tree.Name, frame: Frame, choices: tuple[str, ...]) -> Value:
    """A bare word: a `let` or parameter, what flows in, a choice of the option, or a layer."""
    word = name.name
    binding = frame.scope.find(word)
    if binding is not None:
        if word in choices:
            raise DiagnosticError(
                Diagnostic(
                    name_codes.AMBIGUOUS_WORD,
                    f"`{word}` means two things here",
                    name.span,
                    f"a choice of this option, and a name whose value is {show_binding(binding.value)}",
                    (Label(binding.span, f"`{word}` is defined here"),),
                    help=f'rename one, or write the choice as a string: "{word}"',
                )
            )
        if binding.value is None:
            raise SilentError
        return binding.value
    if word in FLOWING:
        return flowing(name, frame)
    if word in choices:
        return Word(word)
    target = find_layer(name, frame)
    if target is not None:
        return LayerValue(target, (), name.span)
    raise unknown_name(name, frame, choices)


def show_binding(value: Value | None) -> str:
    """A binding's value in a message."""
    return "unknown" if value is None else show(value)


def find_layer(name: tree.Name, frame: Frame) -> Declaration | Template | None:
    """The layer of this name, or the block or net that the file sees."""
    word = name.name
    return BUILT_IN.get(word) or frame.module.names.get(word) or installed_layer(name, frame)


def installed_layer(name: tree.Name, frame: Frame) -> Declaration | None:
    """A layer of an installed package; its names are lower case, as the built-in ones.

    Raises `DiagnosticError` where the package offers it and can't be imported.
    """
    if not name.name[:1].islower():
        return None
    try:
        return frame.context.installed.find(name.name)
    except BrokenLayerError as error:
        reason = first_line(error)
        raise DiagnosticError(
            Diagnostic(file_codes.BROKEN_LAYER, f"layer `{name.name}` can't be loaded", name.span, reason)
        ) from None


def flowing(name: tree.Name, frame: Frame) -> Value:
    """`in_channels`, `in_features` or `in_shape`."""
    flow = frame.flow
    if flow is None:
        raise DiagnosticError(
            Diagnostic(
                codes.NO_INPUT_YET, "nothing flows in here", name.span, "stands before the `input` statement"
            )
        )
    if flow.type is None:
        raise SilentError
    if name.name == "in_channels":
        return flow.type.channels
    if name.name == "in_shape":
        return flow.type.shape
    return flow.type.size if flow.type.layout == MAP else flow.type.channels


def may_be_used(word: str, frame: Frame) -> bool:
    """Whether a word may name a block or net of a file that could not be read, which has been reported."""
    return frame.module.is_incomplete and word[:1].isupper()


def outer_parameter(word: str, frame: Frame) -> str | None:
    """What to do where a block takes for its own what is a parameter of a net around it; None elsewhere."""
    calls = frame.context.calls
    if not calls or calls[-1][0].definition.kind != "block":
        return None
    block = calls[-1][0].definition
    for template in (*(each for each, _ in reversed(calls)), *frame.module.own):
        definition = template.definition
        if definition is block or word not in (each.name.name for each in definition.parameters):
            continue
        header = ", ".join([*(each.span.text for each in block.parameters), word])
        return (
            f"`{word}` is a parameter of {definition.kind} `{template.name}`; a block sees only its own: "
            f"write `block {block.name.name}({header})`"
        )
    return None


def unknown_name(name: tree.Name, frame: Frame, choices: tuple[str, ...]) -> DiagnosticError:
    """The error of a word that means nothing here, with what was probably meant."""
    word = name.name
    if word in FUNCTIONS:
        return DiagnosticError(
            Diagnostic(
                name_codes.UNKNOWN_NAME,
                f"`{word}` is a function",
                name.span,
                f"call it: {FUNCTIONS[word].signature}",
            )
        )
    known = [*choices, *frame.scope.all_names(), *FLOWING, *BUILT_IN, *frame.module.names]
    meant = TRUTHS.get(word.lower()) or closest(word, known)
    if may_be_used(word, frame) and meant not in BUILT_IN:
        raise SilentError
    outer = outer_parameter(word, frame)
    meant = None if outer else meant
    help = f"did you mean `{meant}`?" if meant else outer
    if frame.scope.find_label(word) is not None:
        help = f"`{word}` is a label; only a merge takes it: add({word}), concat({word})"
    elif word.lower() in NOTHINGS and not meant:
        help = "there is no such value: leave the option out, and let a parameter be 0, false or `identity`"
    elif choices and not help:
        help = "this option takes " + ", ".join(f"`{choice}`" for choice in choices)
    fix = Fix(f"write `{meant}`", (Edit(name.span, meant),)) if meant else None
    return DiagnosticError(
        Diagnostic(
            name_codes.UNKNOWN_NAME,
            f"`{word}` is not defined here",
            name.span,
            "no parameter, `let`, layer or choice of this name",
            help=help,
            fix=fix,
        )
    )
