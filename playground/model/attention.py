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

    def project(self, x: Float[Tensor, "b n c"]) -> tuple[Tensor, KeyValue]:
        """Queries, and the keys and values that others may remember; each ``(b, heads, n, head_dim)``.

        Three products and not one, whose result would have to be taken apart: that costs an exported graph more.
        """
        q, k, v = (self._split(F.linear(x, weight, bias)) for weight, bias in self._parts())
        return q, KeyValue(k, v)

    def attend(self, q: Tensor, known: KeyValue) -> Float[Tensor, "b n c"]:
        """Softmax attention of ``q`` over ``known``, heads joined and projected."""
        return self._join(F.scaled_dot_product_attention(q, known.keys, known.values))

    def ask(self, x: Float[Tensor, "b n c"], first: int, past: KeyValue) -> tuple[Tensor, Tensor]:
        """As `project` and `attend`, where the tokens from number ``first`` on alone ask, over ``past`` and all of x:
        what they get ``(b, m, c)``, and their attention ``(b, heads, m, known)``, whose rows sum to 1.

        For few tokens, keys and values of the others need not be made: ``q (W x + b) = (q W) x + q b``, and the mean of
        values is the value of the mean.
        """
        (query, query_bias), (key, key_bias), (value, value_bias) = self._parts()
        split = (self.heads, -1, x.shape[-1])
        q = self._split(F.linear(x[:, first:], query, query_bias)) * (x.shape[-1] // self.heads) ** -0.5
        tokens = x[:, None]
        own = (q @ key.reshape(split)) @ tokens.transpose(2, 3) + q @ key_bias.reshape(self.heads, -1, 1)
        look = torch.cat([q @ past.keys.transpose(2, 3), own], 3).softmax(3)
        n = x.shape[1]
        mean, share = look[..., -n:] @ tokens, look[..., -n:].sum(3, keepdim=True)
        mixed = mean @ value.reshape(split).transpose(1, 2) + share * value_bias.reshape(self.heads, 1, -1)
        return self._join(mixed + look[..., :-n] @ past.values), look

    def weights(self, q: Float[Tensor, "b h n d"], keys: Float[Tensor, "b h m d"]) -> Float[Tensor, "b h n m"]:
        """The attention probabilities themselves, for looking at; rows sum to 1."""
        return ((q @ keys.transpose(-2, -1)) * q.shape[-1] ** -0.5).softmax(-1)

    def _parts(self) -> list[tuple[Tensor, Tensor]]:
        """Weights and biases of queries, keys and values, which official checkpoints keep in one."""
        c, weight, bias = self.proj.in_features, self.qkv.weight, self.qkv.bias
        return [(weight[start : start + c], bias[start : start + c]) for start in (0, c, 2 * c)]

    def _split(self, x: Float[Tensor, "b n c"]) -> Float[Tensor, "b h n d"]:
        return x.reshape(x.shape[0], x.shape[1], self.heads, x.shape[2] // self.heads).transpose(1, 2)

    def _join(self, x: Float[Tensor, "b h n d"]) -> Float[Tensor, "b n c"]:
        b, heads, n, d = x.shape
        return self.proj(x.transpose(1, 2).reshape(b, n, heads * d))


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

    def remember(self, x: Float[Tensor, "b n c"]) -> tuple[Tensor, KeyValue]:
        """Queries of the tokens, and the keys and values to remember."""
        return self.attn.project(self.norm1(x))

    def finish(
        self, x: Float[Tensor, "b n c"], q: Tensor, known: KeyValue, keep: float | Tensor | None
    ) -> Float[Tensor, "b n c"]:
        """Both residual branches. ``keep`` in 0..1 scales them (spec 2.4, ``rho``); None leaves them whole."""
        return self._add(x, self.attn.attend(q, known), keep)

    def answer(
        self, x: Float[Tensor, "b n c"], first: int, past: KeyValue, keep: float | Tensor | None
    ) -> tuple[Float[Tensor, "b m c"], Tensor]:
        """As `remember` and `finish`, for the tokens from number ``first`` on alone; and their attention, over ``past``
        and all tokens of x."""
        got, look = self.attn.ask(self.norm1(x), first, past)
        return self._add(x[:, first:], got, keep), look

    def _add(self, x: Float[Tensor, "b n c"], got: Tensor, keep: float | Tensor | None) -> Float[Tensor, "b n c"]:
        x = x + self._branch(got, keep)
        return x + self._branch(self.mlp(self.norm2(x)), keep)

    def _branch(self, y: Tensor, keep: float | Tensor | None) -> Tensor:
        if self.training and self.drop_path > 0:
            alive = 1 - self.drop_path
            y = y * torch.empty(y.shape[0], 1, 1, device=y.device, dtype=y.dtype).bernoulli_(alive) / alive
        return y if keep is None else y * keep
