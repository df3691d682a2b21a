"""The call that the cursor is in: what it takes, and which of it is being written."""

from __future__ import annotations

from netdsl.checker.description import shown_default
from netdsl.checker.expressions.functions import FUNCTIONS
from netdsl.checker.scope.values import Template
from netdsl.checker.statements.templates import root_of
from netdsl.editor import documentation
from netdsl.editor.cursor import Open, read_cursor
from netdsl.editor.document import Document
from netdsl.editor.hover import called
from netdsl.editor.targets import written_scheme
from netdsl.layers.declaration import Declaration
from netdsl.layers.initialization import SCHEMES
from netdsl.record import Record


class Part(Record):
    """A parameter as it stands in the signature."""

    name: str
    text: str
    doc: str = ""


class Signature(Record):
    """What a call takes. `active` is the part at the cursor, None where it is none of them."""

    label: str
    doc: str
    parts: tuple[Part, ...]
    active: int | None


def signature_at(document: Document, offset: int) -> Signature | None:
    """The signature of the innermost call around an offset, None where there is none."""
    call = read_cursor(document.source, offset).call
    if call is None or call.head == "HEADER":
        return None
    if call.callee == "init":
        return of_init(document, call)
    if call.callee in FUNCTIONS:
        function = FUNCTIONS[call.callee]
        return Signature(function.signature, documentation.sentence(function.doc), (), None)
    target = called(document, call.callee, call.callee_start)
    if isinstance(target, Declaration):
        positional = [each for name in target.positional if (each := target.option(name)) is not None]
        rest = [each for each in target.options if each.name not in target.positional]
        parts = tuple(
            Part(
                each.name,
                each.name if each.is_required else f"{each.name}={shown_default(each)}",
                documentation.option(each),
            )
            for each in (*positional, *rest)
        )
        return written(target.name, target.doc, parts, call, len(positional))
    if isinstance(target, Template):
        header = root_of(target).definition.parameters
        parts = tuple(Part(each.name.name, each.span.text) for each in header)
        return written(target.name, target.definition.doc, parts, call, len(parts))
    return None


def of_init(document: Document, call: Open) -> Signature:
    """`init` with the options of its scheme."""
    scheme = written_scheme(document.text, call.callee_start)
    parts = [Part("layer", "layer"), Part("scheme", "scheme")]
    for name, _, _ in SCHEMES[scheme].options if scheme in SCHEMES else ():
        parts.append(Part(name, f"{name}=", documentation.scheme_option(scheme, name)))
    parts.append(Part("parameter", "parameter=weight", "`weight` or `bias`"))
    return written("init", "How the weights of all layers of a kind start.", tuple(parts), call, 2)


def written(name: str, doc: str, parts: tuple[Part, ...], call: Open, by_position: int) -> Signature:
    """The signature, with the part that the cursor is in."""
    label = f"{name}({', '.join(each.text for each in parts)})"
    active = None
    if call.argument is not None:
        active = next((index for index, each in enumerate(parts) if each.name == call.argument), None)
    elif not call.given and call.position < by_position:
        active = call.position
    return Signature(label, doc, parts, active)
