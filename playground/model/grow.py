"""A larger network that begins as a smaller one: more blocks, a wider MLP, larger patches.

A deep network without pretrained weights learns late what a shallow one learns soon, so the mini family's teacher is
grown from a trained network of a third of its depth. Blocks are stacked (Gong et al. 2019, "Efficient training of BERT
by progressively stacking"), hidden units added without a say at first (Net2Net, Chen et al. 2016, arXiv 1511.05641).
"""

from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional as F

from playground.config import ModelConfig
from playground.model.mixformer import MixFormer


@torch.no_grad()
def grow(model: MixFormer, shape: ModelConfig) -> MixFormer:
    """A network with ``model``'s heads and width, and the sizes, patch, depth and MLP of ``shape``.

    - Each block stands there ``depth / old depth`` times in a row, each time with that part of its strength: many small
      steps for one large one.
    - New hidden units start random, with output weights of 0: they change nothing until they learn.
    - Patch kernels of another size are resized, such that an even surface gives what it gave.

    ``model`` is unchanged. Raises ``ValueError`` naming ``depth``, ``mlp_ratio``, ``dim`` or ``heads`` when ``model``
    cannot become that.
    """
    old = model.config
    for name in ("dim", "heads"):
        if getattr(shape, name) != getattr(old, name):
            raise ValueError(f"{name}: growing keeps it at {getattr(old, name)}; got {getattr(shape, name)}.")
    times, rest = divmod(shape.depth, old.depth)
    if rest or not times:
        raise ValueError(f"depth: must be a multiple of the {old.depth} blocks to grow from; got {shape.depth}.")
    if shape.mlp_ratio < old.mlp_ratio:
        raise ValueError(f"mlp_ratio: must be at least the {old.mlp_ratio:g} to grow from; got {shape.mlp_ratio:g}.")
    kept = {name: getattr(old, name) for name in ("head", "bins", "tokens", "head_channels", "score_head")}
    if old.head != "edges":  # a corner head's map goes with the grid
        kept["bins"] = shape.search_size // shape.patch * (4 if old.head == "corners" else 1)
    large = MixFormer(replace(shape, **kept)).train(model.training)
    state, own = model.state_dict(), large.state_dict()
    for name, new in own.items():
        source = name
        if name.startswith("backbone.blocks."):
            number, _, rest_of_name = name.removeprefix("backbone.blocks.").partition(".")
            source = f"backbone.blocks.{int(number) // times}.{rest_of_name}"
        if name.startswith("backbone.pos_embed_") and not name.endswith("_reg"):
            continue
        value = state[source]
        if name == "backbone.patch_embed.proj.weight":
            value = _resized(value, shape.patch)
        elif name.endswith((".attn.proj.weight", ".attn.proj.bias", ".mlp.fc2.weight", ".mlp.fc2.bias")):
            value = value / times
        own[name] = _placed(value, new, empty=name.endswith("fc2.weight"))
    large.load_state_dict(own)
    return large


def _resized(kernels: Tensor, patch: int) -> Tensor:
    old = kernels.shape[-1]
    if old == patch:
        return kernels
    resized = F.interpolate(kernels, patch, mode="bilinear", align_corners=False, antialias=old > patch)
    resized = resized * (old / patch) ** 2
    missing = kernels.sum((2, 3), keepdim=True) - resized.sum((2, 3), keepdim=True)
    return resized + missing / patch**2


def _placed(old: Tensor, new: Tensor, *, empty: bool) -> Tensor:
    """``old`` in the first rows and columns of ``new``, the rest as ``new`` was made, or ``empty``."""
    if old.shape == new.shape:
        return old.clone()
    grown = torch.zeros_like(new) if empty else new.clone()
    grown[tuple(slice(size) for size in old.shape)] = old
    return grown
