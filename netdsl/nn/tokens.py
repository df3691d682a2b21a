"""Modules of vision transformers (Dosovitskiy et al. 2021, arXiv:2010.11929, section 3.1)."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Tokens(nn.Module):
    """The positions of a map as a sequence: N x C x spatial axes becomes N x positions x C."""

    def forward(self, x: Tensor) -> Tensor:
        """The tokens."""
        return x.flatten(2).transpose(1, 2)


class ClassToken(nn.Module):
    """Puts a learned token, at first zero, before the N x T x embed_dim others."""

    def __init__(self, embed_dim: int) -> None:
        super().__init__()
        self.token = nn.Parameter(torch.zeros(1, 1, embed_dim))

    def forward(self, x: Tensor) -> Tensor:
        """T + 1 tokens."""
        return torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1)


class PositionEmbedding(nn.Module):
    """Adds a learned vector to each of N x num_tokens x embed_dim tokens."""

    def __init__(self, num_tokens: int, embed_dim: int, std: float = 0.02) -> None:
        super().__init__()
        self.embedding = nn.Parameter(torch.empty(1, num_tokens, embed_dim).normal_(std=std))

    def forward(self, x: Tensor) -> Tensor:
        """The tokens with their positions."""
        return x + self.embedding


class SelfAttention(nn.MultiheadAttention):
    """Multi-head self-attention of N x T x embed_dim tokens (Vaswani et al. 2017, section 3.2).

    Its parameters are named as those of `torch.nn.MultiheadAttention`.
    """

    def __init__(self, embed_dim: int, num_heads: int, dropout: float = 0.0, bias: bool = True) -> None:
        super().__init__(embed_dim, num_heads, dropout=dropout, bias=bias, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        """The attended tokens."""
        attended, _ = super().forward(x, x, x, need_weights=False)
        return attended


class MeanTokens(nn.Module):
    """The mean of N x T x C tokens over T."""

    def forward(self, x: Tensor) -> Tensor:
        """N x C."""
        return x.mean(dim=1)


class SelectToken(nn.Module):
    """One of N x T x C tokens, by its index."""

    def __init__(self, index: int = 0) -> None:
        super().__init__()
        self.index = index

    def forward(self, x: Tensor) -> Tensor:
        """N x C."""
        return x[:, self.index]

    def extra_repr(self) -> str:
        """The index."""
        return f"index={self.index}"
