"""What to say where a layer fails on the net's own input, as it was written."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import shapes as codes
from netdsl.layers.geometry import channels_first, times
from netdsl.layers.tensor import VECTOR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.scope.builder import Change
    from netdsl.diagnostics.diagnostic import Code


def input_help(code: Code, change: Change | None) -> str | None:
    """What to write for an input whose shape is the cause; None where another step made the shape.

    `change` is the step that is to blame, and `code` what the layer says.
    """
    if change is None or change.before is not None:
        return None
    shape = change.after.shape
    meant = channels_first(shape)
    if meant is not None and code in (codes.KERNEL_DOES_NOT_FIT, codes.WRONG_LAYOUT):
        return f"channels come first: write `input {times(meant)}`"
    if code is not codes.WRONG_LAYOUT:
        return None
    if change.after.layout == VECTOR:
        return f"a map has channels and positions: one channel of {shape[0]} values is `input 1x{shape[0]}`"
    return "an input is written channels first: 3x32x32"
