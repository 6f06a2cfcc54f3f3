"""Patches, positions, blocks and the four prediction tokens: `encode` the templates once, `locate` in every frame."""

from collections.abc import Sequence
from typing import NamedTuple, cast

import torch
from jaxtyping import Float
from torch import Tensor, nn

from playground.config import ModelConfig
from playground.model.attention import Block, KeyValue

Keep = Sequence[float | Tensor] | None


class Memory(NamedTuple):
    """What the network remembers of the templates.

    ``blocks`` holds one `KeyValue` a block; ``tokens`` the template tokens after each block, ``(b, k*t*t, c)``, empty
    unless features were asked for.
    """

    blocks: tuple[KeyValue, ...]
    tokens: tuple[Tensor, ...] = ()


class Located(NamedTuple):
    """Output of the backbone on a search region.

    ``prediction`` holds the prediction tokens after the last block, ``(b, 4 or 0, c)``. ``search`` holds the last
    search tokens that were computed, ``(b, s*s, c)``: after the last block, or after the last but one where only the
    prediction tokens are read from the last. ``tokens`` are the search and prediction tokens after each block;
    ``attention`` is the prediction tokens' attention in each block, ``(b, heads, 4, templates + search + 4)``. The
    last two are empty unless asked for.
    """

    search: Tensor
    prediction: Tensor
    tokens: tuple[Tensor, ...] = ()
    attention: tuple[Tensor, ...] = ()


def position_table(grid: int, dim: int) -> Float[Tensor, "1 cells dim"]:
    """Fixed 2-D sine-cosine table of a ``grid x grid`` map, row-major (spec 1.3).

    The first half of the channels codes the column, the second half the row. ``dim`` must be a multiple of 4.
    """
    quarter = dim // 4
    frequency = 10000.0 ** (-torch.arange(quarter, dtype=torch.float64, device="cpu") / quarter)
    angle = torch.arange(grid, dtype=torch.float64, device="cpu")[:, None] * frequency
    line = torch.cat([angle.sin(), angle.cos()], dim=1)
    # Made on the processor and copied in: most operations on the meta device import PyTorch's compiler, for 2 seconds.
    table = torch.empty(grid, grid, dim)
    table[:, :, : dim // 2] = line[None]
    table[:, :, dim // 2 :] = line[:, None]
    return table.view(1, grid * grid, dim)


class PatchEmbed(nn.Module):
    """Non-overlapping patches to tokens, row-major, by one strided convolution (spec 1.2)."""

    def __init__(self, patch: int, dim: int) -> None:
        super().__init__()
        self.proj = nn.Conv2d(3, dim, patch, stride=patch)

    def forward(self, image: Float[Tensor, "b 3 size size"]) -> Float[Tensor, "b cells c"]:
        return self.proj(image).flatten(2).transpose(1, 2)


class Backbone(nn.Module):
    """The vision transformer shared by templates, search region and prediction tokens. No final norm (spec 1.8)."""

    pos_embed_s: Tensor
    pos_embed_t: Tensor

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.patch_embed = PatchEmbed(config.patch, config.dim)
        self.register_buffer("pos_embed_s", position_table(config.search_grid, config.dim))
        self.register_buffer("pos_embed_t", position_table(config.template_grid, config.dim))
        self.tokens = config.prediction_tokens
        if self.tokens:
            self.reg_tokens = nn.Parameter(nn.init.trunc_normal_(torch.empty(1, self.tokens, config.dim), std=0.02))
            self.pos_embed_reg = nn.Parameter(torch.zeros(1, self.tokens, config.dim))
        rates = [config.drop_path * i / max(config.depth - 1, 1) for i in range(config.depth)]
        self.blocks = nn.ModuleList(Block(config.dim, config.heads, config.mlp_ratio, rate) for rate in rates)

    def _blocks(self) -> list[Block]:
        return cast(list[Block], list(self.blocks))

    def encode(self, templates: Float[Tensor, "b k 3 t t"], keep: Keep = None, features: bool = False) -> Memory:
        """Run ``k`` templates (the first one, then the online ones) through all blocks and remember them.

        Any ``k`` of at least 1 works: templates attend to each other and to nothing else.
        """
        b, k = templates.shape[:2]
        x = self.patch_embed(templates.flatten(0, 1)) + self.pos_embed_t
        x = x.reshape(b, k * x.shape[1], x.shape[2])
        memory: list[KeyValue] = []
        tokens: list[Tensor] = []
        for i, block in enumerate(self._blocks()):
            q, known = block.remember(x)
            memory.append(known)
            # Nobody reads the templates after the last block, unless for feature mimicking or for looking at.
            if features or i + 1 < len(self.blocks):
                x = block.finish(x, q, known, None if keep is None else keep[i])
            if features:
                tokens.append(x)
        return Memory(tuple(memory), tuple(tokens))

    def locate(
        self,
        search: Float[Tensor, "b 3 s s"],
        memory: Memory,
        keep: Keep = None,
        features: bool = False,
        attention: bool = False,
    ) -> Located:
        """Run search and prediction tokens through all blocks, given what `encode` remembered.

        With prediction tokens, and unless ``features`` are asked for, the last block answers for those four alone:
        its search tokens would be read by nobody.
        """
        x = self.patch_embed(search) + self.pos_embed_s
        cells = x.shape[1]
        if self.tokens:
            x = torch.cat([x, (self.reg_tokens + self.pos_embed_reg).expand(x.shape[0], -1, -1)], dim=1)
        tokens: list[Tensor] = []
        looks: list[Tensor] = []
        for i, (block, past) in enumerate(zip(self._blocks(), memory.blocks, strict=True)):
            scale = None if keep is None else keep[i]
            if self.tokens and not features and i + 1 == len(self.blocks):
                last, look = block.answer(x, cells, past, scale)
                return Located(x[:, :cells], last, (), (*looks, look) if attention else ())
            q, own = block.remember(x)
            known = KeyValue(torch.cat([past.keys, own.keys], 2), torch.cat([past.values, own.values], 2))
            if attention:
                looks.append(block.attn.weights(q[:, :, cells:], known.keys))
            x = block.finish(x, q, known, scale)
            if features:
                tokens.append(x)
        return Located(x[:, :cells], x[:, cells:], tuple(tokens), tuple(looks))
