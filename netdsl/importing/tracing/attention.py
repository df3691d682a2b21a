"""Torch's multi-head attention as the layer `attention`."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from netdsl.importing.model import Call, Options
from netdsl.importing.tracing.modules import read_layer
from netdsl.importing.tracing.reading import NoLayerError


def attention_layer(
    module: nn.MultiheadAttention, given: Sequence[Tensor], inputs: Sequence[Call]
) -> tuple[str, Options]:
    """The layer of an attention that ran on some values; raises `NoLayerError`.

    `inputs` are the calls that made those of the values that are followed.
    """
    if len(given) != len(inputs):
        raise NoLayerError("an attention with a mask")
    if len(inputs) != 3 or len(set(inputs)) != 1:
        raise NoLayerError("an attention whose queries, keys and values are not one value")
    if not module.batch_first:
        raise NoLayerError("an attention without batch_first=True")
    if module.bias_k is not None or module.add_zero_attn:
        raise NoLayerError("an attention with an added key and value")
    return read_layer(module, inputs[0].shape)
