"""Steps with the names of other libraries: what mends them, and whether that is surely what was meant."""

from __future__ import annotations

import re

from netdsl.diagnostics.diagnostic import Edit, Fix
from netdsl.diagnostics.suggest import is_slip
from netdsl.layers.declaration import Layer
from netdsl.layers.table import BUILT_IN, is_ambiguous, synonyms, without_case

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from netdsl.syntax import tree

_WITH_OPTION = re.compile(r"(\w+)\((?:\w+, )?(\w+)=(\w+|\.\.\.)\)")


def rename(step: tree.Step, meant: str, known: Collection[str]) -> Fix:
    """The fix that writes another of the names that are known.

    It is safe where that is surely meant, and the numbers mean the same.
    """
    safe = is_surely_meant(step.name.name, meant, known) and not has_torch_order(step, meant)
    return Fix(f"write `{meant}`", (Edit(step.name.span, meant),), safe=safe)


def is_surely_meant(word: str, meant: str, known: Collection[str]) -> bool:
    """Whether a name is a synonym of another, the same but for case, or a slip of the hand.

    The classes of other libraries are no slips: `CReLU` is not `celu`.
    """
    if word.lower() == meant.lower():
        return True
    if synonyms().get(without_case(word)) == meant:
        return not is_ambiguous(word)
    is_spelled_alike = word.islower() or meant not in BUILT_IN
    return is_spelled_alike and is_slip(word, meant, known)


def has_torch_order(step: tree.Step, meant: str) -> bool:
    """Whether a class of torch's is given by position what flows in here: `Conv2d(3, 16)`."""
    layer = BUILT_IN.get(meant)
    if not isinstance(layer, Layer) or layer.from_input is None:
        return False
    by_position = [each for each in step.arguments or () if each.name is None]
    is_class = step.name.name in re.findall(r"[A-Z]\w*", layer.torch)
    return is_class and len(by_position) > layer.from_input.position


def respell(step: tree.Step, written: str) -> Fix | None:
    """The fix of a name that is an option here: `Dropout2d(0.2)` is written `dropout(0.2, spatial=true)`.

    None where the step has other arguments than the one that goes by position.
    """
    match = _WITH_OPTION.fullmatch(written)
    arguments = step.arguments or ()
    if match is None or len(arguments) != 1 or arguments[0].name is not None:
        return None
    layer, option, value = match.groups()
    name, argument = step.name.span, arguments[0].span
    if value == "...":
        given = Edit(argument.replace(end=argument.start), f"{option}=")
    else:
        given = Edit(argument.replace(start=argument.end), f", {option}={value}")
    return Fix(f"write {written}", (Edit(name, layer), given), safe=True)
