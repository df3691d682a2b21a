"""What is said of a step whose name is no layer's and no block's."""

from __future__ import annotations

from netdsl.checker.advice.absent import absent
from netdsl.checker.advice.other_libraries import rename, respell
from netdsl.checker.expressions.functions import FLOWING, FUNCTIONS
from netdsl.checker.expressions.lookup import may_be_used, outer_parameter
from netdsl.checker.scope.values import LayerValue, SilentError
from netdsl.diagnostics.catalogue import names as name_codes
from netdsl.diagnostics.catalogue import structure as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.diagnostics.suggest import closest
from netdsl.layers.table import BUILT_IN, spelling, synonyms
from netdsl.syntax.habits import WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.scope.frame import Frame
    from netdsl.diagnostics.diagnostic import Fix
    from netdsl.syntax import tree


def unknown_layer(step: tree.Step, frame: Frame) -> DiagnosticError:
    """The error of a step that names nothing, with the layer that was probably meant.

    Raises `SilentError` where the name may be that of a file which can't be read.
    """
    word = step.name.name
    if word in FUNCTIONS or word in FLOWING:
        what = "function" if word in FUNCTIONS else "value"
        message = f"`{word}` is a {what}, not a layer"
        return DiagnosticError(Diagnostic(codes.NO_VALUE, message, step.name.span, "a layer is wanted here"))
    if frame.scope.find_label(word) is not None:
        merged = f"a merge takes it, add({word}), and a branch can begin with it, branch({word}) {{ ... }}"
        return _no_layer(step, "the label of a value, which is no layer", merged)
    missing = absent(word)
    known = _layers_known(frame)
    meant = closest(word, known, synonyms()) if missing is None else None
    written = spelling(word)
    if may_be_used(word, frame) and written is None and meant not in BUILT_IN:
        raise SilentError
    help = outer_parameter(word, frame) or WORDS.get(word)
    if help is not None:
        return _no_layer(step, "not defined here", help)
    if written is not None:
        return _no_layer(step, f"written {written} here", fix=respell(step, written))
    if meant is None:
        return _no_layer(step, "not defined", missing or _where_to_look(word))
    return _no_layer(step, f"did you mean `{meant}`?", fix=rename(step, meant, known))


def _where_to_look(word: str) -> str:
    listed = "`netdsl layers` lists the layers there are"
    return f"{listed}; `block {word}(...) {{ ... }}` defines a block" if word[:1].isupper() else listed


def _layers_known(frame: Frame) -> list[str]:
    """The names that may stand as a step: those in scope that hold a layer, the table's, and the file's."""
    held = [name for name in frame.scope.all_names() if _may_hold_layer(name, frame)]
    return [*held, *BUILT_IN, *frame.module.names]


def _may_hold_layer(name: str, frame: Frame) -> bool:
    binding = frame.scope.find(name)
    return binding is not None and (binding.value is None or isinstance(binding.value, LayerValue))


def _no_layer(
    step: tree.Step, label: str, help: str | None = None, fix: Fix | None = None
) -> DiagnosticError:
    message = f"no layer or block `{step.name.name}`"
    return DiagnosticError(
        Diagnostic(name_codes.UNKNOWN_LAYER, message, step.name.span, label, help=help, fix=fix)
    )
