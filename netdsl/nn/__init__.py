"""The few modules that torch.nn lacks. They depend on torch alone."""

from netdsl.nn.graph import Graph
from netdsl.nn.merges import Add, Concat, Multiply
from netdsl.nn.regularization import (
    ChannelLayerNorm,
    DropPath,
    LayerScale,
    LocalResponseNorm3d,
    Scale,
    ShiftBatchNorm,
)
from netdsl.nn.shake_shake import ShakeShake, ShiftShortcut
from netdsl.nn.shaping import ChannelSplit, PadChannels, Permute, Reshape
from netdsl.nn.tokens import ClassToken, MeanTokens, PositionEmbedding, SelectToken, SelfAttention, Tokens
from netdsl.nn.windows import PatchMerge, WindowAttention

__all__ = [
    "Add",
    "ChannelLayerNorm",
    "ChannelSplit",
    "ClassToken",
    "Concat",
    "DropPath",
    "Graph",
    "LayerScale",
    "LocalResponseNorm3d",
    "MeanTokens",
    "Multiply",
    "PadChannels",
    "PatchMerge",
    "Permute",
    "PositionEmbedding",
    "Reshape",
    "Scale",
    "SelectToken",
    "SelfAttention",
    "ShakeShake",
    "ShiftBatchNorm",
    "ShiftShortcut",
    "Tokens",
    "WindowAttention",
]
