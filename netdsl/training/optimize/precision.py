"""Mixed precision: which type the layers compute in."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch

from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue import recipes as codes

_TYPES = {"bfloat16": torch.bfloat16, "float16": torch.float16}


class Precision:
    """Runs layers in a smaller type where that is safe, and scales gradients that it would lose.

    bfloat16 has float32's range and needs no scaling; float16's gradients
    are scaled up (Micikevicius et al. 2018, section 3.2), and a step whose
    gradients overflow is left out.
    """

    def __init__(self, name: str, device: torch.device) -> None:
        self._type = _TYPES.get(name)
        self._device = device.type
        self.scaler = torch.amp.GradScaler(device.type, enabled=name == "float16")

    def autocast(self) -> AbstractContextManager[object]:
        """The context that a forward pass runs in."""
        if self._type is None:
            return nullcontext()
        return torch.autocast(self._device, self._type)


def slow_precision(name: str, device: torch.device) -> Diagnostic | None:
    """A warning where a CPU computes slower in the type than in float32, for want of instructions."""
    if device.type != "cpu" or name == "float32" or _has_instructions(name):
        return None
    return Diagnostic(
        codes.SLOW_PRECISION,
        f"this CPU has no {name} instructions: training in {name} is several times slower than in float32",
        help="leave `precision` away on this machine",
    )


def _has_instructions(name: str) -> bool:
    # Also true of ARM processors with the matching extension; an older torch without the query is warned of.
    query = getattr(
        torch.cpu, "_is_avx512_bf16_supported" if name == "bfloat16" else "_is_amx_fp16_supported", None
    )
    return bool(query and query())
