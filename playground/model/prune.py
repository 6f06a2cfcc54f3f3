"""Shallower networks: fade chosen blocks during training, then remove them (paper 3.3, spec 2.4)."""

import math
from collections.abc import Collection
from dataclasses import replace

import torch

from playground.model.mixformer import MixFormer


def remove_rate(epoch: int, steps: int = 40) -> float:
    """Keep factor of the fading blocks in ``epoch`` (counted from 1): half a cosine, 1 to 0 (spec 2.4).

    It is exactly 0 from epoch ``steps - 1`` on. Raises ``ValueError`` when ``epoch`` or ``steps`` is below 1.
    """
    for name, value in (("epoch", epoch), ("steps", steps)):
        if value < 1:
            raise ValueError(f"{name}: must be at least 1; got {value}.")
    return 0.5 * (1 + math.cos(math.pi * min(epoch + 1, steps) / steps))


def fade(depth: int, blocks: Collection[int], rate: float) -> tuple[float, ...]:
    """Keep factors for `MixFormer.forward`, one a block: ``rate`` (0..1) for ``blocks``, 1 for the others.

    ``blocks`` are counted from 0. Raises ``ValueError`` for a block that does not exist or a rate outside
    0..1.
    """
    _check_blocks(depth, blocks)
    if not 0 <= rate <= 1:
        raise ValueError(f"rate: must be in 0..1; got {rate}.")
    return tuple(rate if i in blocks else 1.0 for i in range(depth))


def remove_blocks(model: MixFormer, blocks: Collection[int]) -> MixFormer:
    """A copy of ``model`` without ``blocks`` (counted from 0); the others move up. ``model`` is unchanged.

    Gives bit for bit what ``model`` gives with those blocks faded to 0. Raises ``ValueError`` for a block
    that does not exist, or when no block would be left.
    """
    depth = model.config.depth
    _check_blocks(depth, blocks)
    kept = [i for i in range(depth) if i not in blocks]
    if not kept:
        raise ValueError(f"blocks: at least one of the {depth} blocks must stay.")
    with torch.device("meta"):
        shallow = MixFormer(replace(model.config, depth=len(kept)))
    state = model.state_dict()
    source = {f"backbone.blocks.{new}.": f"backbone.blocks.{old}." for new, old in enumerate(kept)}
    copied = {}
    for name in shallow.state_dict():
        prefix = next((new for new in source if name.startswith(new)), "")
        copied[name] = state[source.get(prefix, "") + name.removeprefix(prefix)].clone()
    shallow.load_state_dict(copied, assign=True)
    return shallow.train(model.training)


def _check_blocks(depth: int, blocks: Collection[int]) -> None:
    if wrong := sorted(i for i in blocks if not 0 <= i < depth):
        raise ValueError(f"blocks: choose from 0..{depth - 1}; got {', '.join(map(str, wrong))}.")
