"""What an operator is: a function of a step that gives a value, or several."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from netdsl.importing.onnx.steps import Step

Operator = Callable[[Step], Tensor | tuple[Tensor, ...]]
