"""From the checked network to PyTorch: modules, Python source, ONNX, summaries; all from one lowering."""

from __future__ import annotations

from netdsl.emit.instantiate import instantiate
from netdsl.emit.render import render

__all__ = ["instantiate", "render"]
