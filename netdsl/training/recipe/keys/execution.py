"""How the work is done on the device."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from netdsl.training.recipe.keys.section import Section
from netdsl.training.recipe.values import Flag


class Execution(Section):
    """Precision, memory format and compilation."""

    title: ClassVar[str] = "Execution"

    precision: Literal["float32", "bfloat16", "float16"] = Field(
        default="float32",
        description="the type that layers compute in (automatic mixed precision; float16 with a gradient "
        "scaler)",
    )
    memory_format: Literal["auto", "contiguous", "channels_last"] = Field(
        default="auto", description="how images lie in memory; auto: what a short trial finds faster"
    )
    compile: Literal["auto", "on", "off"] = Field(
        default="auto",
        description="torch.compile; auto: on a GPU, where the training is long enough to gain from it and a "
        "short trial finds it faster",
    )
    sync_batch_norm: Flag = Field(
        default=False, description="let batch norm see the images of all devices (GPUs only)"
    )
