"""Modules of vision transformers (Dosovitskiy et al. 2020, ViT, arXiv:2010.11929, section 3.1)."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Tokens(nn.Module):
    """The positions of a map as a sequence of tokens, row by row."""

    def forward(self, x: Tensor) -> Tensor:
        """A view of N x C x spatial axes: N x positions x C."""
        return x.flatten(2).transpose(1, 2)


class ClassToken(nn.Module):
    """Puts a learned token, at first zero, before the others.

    From Dosovitskiy et al. 2020, ViT, arXiv:2010.11929, section 3.1.
    """

    def __init__(self, embed_dim: int) -> None:
        super().__init__()
        self.token = nn.Parameter(torch.zeros(1, 1, embed_dim))

    def forward(self, x: Tensor) -> Tensor:
        """N x T x embed_dim becomes N x T + 1 x embed_dim."""
        return torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1)

    def extra_repr(self) -> str:
        """The size of a token."""
        return str(self.token.shape[2])


class PositionEmbedding(nn.Module):
    """Adds a learned vector to each of num_tokens tokens.

    At first it is drawn from a normal distribution of deviation `std`. From
    Dosovitskiy et al. 2020, ViT, arXiv:2010.11929, section 3.1.
    """

    def __init__(self, num_tokens: int, embed_dim: int, std: float = 0.02) -> None:
        super().__init__()
        self.embedding = nn.Parameter(torch.empty(1, num_tokens, embed_dim).normal_(std=std))

    def forward(self, x: Tensor) -> Tensor:
        """N x num_tokens x embed_dim tokens with their positions."""
        return x + self.embedding

    def extra_repr(self) -> str:
        """The number and the size of the tokens."""
        return f"{self.embedding.shape[1]}, {self.embedding.shape[2]}"


class SelfAttention(nn.MultiheadAttention):
    """Multi-head self-attention among tokens (Vaswani et al. 2017, arXiv:1706.03762, section 3.2.2).

    Its parameters are those of `torch.nn.MultiheadAttention`: in_proj_weight
    (the queries', keys' and values' rows, in this order), in_proj_bias,
    out_proj.weight and out_proj.bias. `dropout` is the probability that a
    weight of the attention is dropped in training. Torch raises
    `AssertionError` where `num_heads` doesn't divide `embed_dim`.
    """

    def __init__(self, embed_dim: int, num_heads: int, dropout: float = 0.0, bias: bool = True) -> None:
        super().__init__(embed_dim, num_heads, dropout=dropout, bias=bias, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        """N x T x embed_dim tokens, attended; of the same shape."""
        attended, _ = super().forward(x, x, x, need_weights=False)
        return attended

    def extra_repr(self) -> str:
        """The size of a token, and the number of heads."""
        return f"{self.embed_dim}, {self.num_heads}, dropout={self.dropout}"


class MeanTokens(nn.Module):
    """The mean of all tokens, as a head reads it that has no class token."""

    def forward(self, x: Tensor) -> Tensor:
        """N x T x C becomes N x C."""
        return x.mean(dim=1)


class SelectToken(nn.Module):
    """One token of all, as a head reads the class token.

    `index` counts from 0, or from the end if negative; torch raises
    `IndexError` past the ends.
    """

    def __init__(self, index: int = 0) -> None:
        super().__init__()
        self.index = index

    def forward(self, x: Tensor) -> Tensor:
        """A view of N x T x C: N x C."""
        return x.select(1, self.index)

    def extra_repr(self) -> str:
        """The index."""
        return f"index={self.index}"
