"""Mixed attention with a remembered template: the paper's one idea, in one module (paper 3.1, spec 1.6, 1.7, 1.9).

Template tokens attend to template tokens only, so nothing they compute depends on the search region. A block
therefore runs twice with the same weights: once over the templates, which leaves behind keys and values, and once a
frame over search and prediction tokens, which attend to those keys and values and to their own.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F


class KeyValue(NamedTuple):
    """What one block remembers of the templates: ``keys`` and ``values``, each ``(batch, heads, tokens, head_dim)``."""

    keys: Tensor
    values: Tensor


class MixedAttention(nn.Module):
    """Multi-head attention over own tokens and, when given, over remembered ones. Scale ``1 / sqrt(head_dim)``."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)

    def project(self, x: Float[Tensor, "b n c"], first: int = 0) -> tuple[Tensor, KeyValue]:
        """Queries of the tokens from number ``first`` on, and the keys and values of all, which others may remember;
        each ``(b, heads, n, head_dim)``.

        Three products and not one, whose result would have to be taken apart: that costs an exported graph more.
        """
        c, weight, bias = x.shape[-1], self.qkv.weight, self.qkv.bias
        q, k, v = (
            F.linear(tokens, weight[i * c : (i + 1) * c], bias[i * c : (i + 1) * c])
            .reshape(tokens.shape[0], tokens.shape[1], self.heads, c // self.heads)
            .transpose(1, 2)
            for i, tokens in enumerate((x[:, first:], x, x))
        )
        return q, KeyValue(k, v)

    def attend(self, q: Tensor, known: KeyValue) -> Float[Tensor, "b n c"]:
        """Softmax attention of ``q`` over ``known``, heads joined and projected."""
        mixed = F.scaled_dot_product_attention(q, known.keys, known.values)
        b, heads, n, d = mixed.shape
        return self.proj(mixed.transpose(1, 2).reshape(b, n, heads * d))

    def weights(self, q: Float[Tensor, "b h n d"], keys: Float[Tensor, "b h m d"]) -> Float[Tensor, "b h n m"]:
        """The attention probabilities themselves, for looking at; rows sum to 1."""
        return ((q @ keys.transpose(-2, -1)) * q.shape[-1] ** -0.5).softmax(-1)


class Block(nn.Module):
    """Pre-norm transformer block: mixed attention, then MLP (exact GELU), each in a residual branch (spec 1.6)."""

    def __init__(self, dim: int, heads: int, mlp_ratio: float, drop_path: float) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(dim, eps=1e-6)
        self.attn = MixedAttention(dim, heads)
        self.norm2 = nn.LayerNorm(dim, eps=1e-6)
        hidden = int(dim * mlp_ratio)
        self.mlp = nn.Sequential()
        self.mlp.add_module("fc1", nn.Linear(dim, hidden))
        self.mlp.add_module("act", nn.GELU())
        self.mlp.add_module("fc2", nn.Linear(hidden, dim))
        self.drop_path = drop_path

    def remember(self, x: Float[Tensor, "b n c"], first: int = 0) -> tuple[Tensor, KeyValue]:
        """Queries of the tokens from number ``first`` on, and the keys and values of all to remember."""
        return self.attn.project(self.norm1(x), first)

    def finish(
        self, x: Float[Tensor, "b n c"], q: Tensor, known: KeyValue, keep: float | Tensor | None
    ) -> Float[Tensor, "b n c"]:
        """Both residual branches. ``keep`` in 0..1 scales them (spec 2.4, ``rho``); None leaves them whole."""
        x = x + self._branch(self.attn.attend(q, known), keep)
        return x + self._branch(self.mlp(self.norm2(x)), keep)

    def _branch(self, y: Tensor, keep: float | Tensor | None) -> Tensor:
        if self.training and self.drop_path > 0:
            alive = 1 - self.drop_path
            y = y * torch.empty(y.shape[0], 1, 1, device=y.device, dtype=y.dtype).bernoulli_(alive) / alive
        return y if keep is None else y * keep
