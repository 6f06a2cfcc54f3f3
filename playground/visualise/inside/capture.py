"""A network run on one frame, with everything kept that the views need."""

from collections.abc import Sequence
from typing import cast

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from playground.crop import normalise
from playground.model import MixFormer
from playground.model.attention import Block
from playground.model.backbone import Keep
from playground.model.heads import CornerHead
from playground.visualise.inside.captured import Inside
from playground.visualise.inside.crops import Crops


def as_inputs(model: MixFormer, crops: Sequence[Crops]) -> tuple[Tensor, Tensor]:
    """Templates ``(b, k, 3, t, t)`` and search regions ``(b, 3, s, s)``, normalised, on the model's device.

    Raises ``ValueError`` naming ``crops`` when they were cut for a model of other sizes, or ``model`` while it is
    training, since it then leaves out parts of itself at random.
    """
    if model.training:
        raise ValueError("model: is in training mode; call model.eval() first.")
    wanted = (model.config.template_size, model.config.search_size)
    for one in crops:
        got = (one.templates.shape[1], one.search.shape[0])
        if got != wanted:
            raise ValueError(
                f"crops: this model sees templates of {wanted[0]} px and search regions of {wanted[1]} px; "
                f"got {got[0]} and {got[1]} px, so cut them with this model's config."
            )
    if not crops or len({len(one.templates) for one in crops}) != 1:
        raise ValueError("crops: give at least one, all with the same number of templates.")
    device = next(model.parameters()).device

    def ready(image: np.ndarray, one: Crops) -> np.ndarray:
        return normalise(image, one.rules.mean, one.rules.std)[0]

    templates = np.stack([[ready(template, one) for template in one.templates] for one in crops])
    search = np.stack([ready(one.search, one) for one in crops])
    return torch.from_numpy(templates).to(device), torch.from_numpy(search).to(device)


@torch.inference_mode()
def look_inside(model: MixFormer, crops: Crops, keep: Keep = None) -> Inside:
    """Run ``model`` on one frame and keep what the views need; ``keep`` fades layers (`playground.model.prune.fade`).

    Raises ``ValueError`` as `as_inputs` does.
    """
    templates, search = as_inputs(model, [crops])
    memory = model.encode(templates, keep, features=True)
    found = model.locate(search, memory, keep, features=True)
    # The input of a layer is what the one before it gave; the first one's is made of patches and positions.
    states = torch.cat([embedded(model, templates, search), *found.features])
    many = memory.tokens[0].shape[1]
    attention, template_attention = [], []
    for layer, x in zip(cast(list[Block], list(model.backbone.blocks)), states[:-1, None], strict=True):
        q, remembered = layer.remember(x[:, :many])
        template_attention.append(layer.attn.weights(q, remembered.keys)[0])
        q, own = layer.remember(x[:, many:])
        attention.append(layer.attn.weights(q, torch.cat([remembered.keys, own.keys], 2))[0])
    cells = model.config.search_grid**2
    search_tokens, prediction = states[1:, many : many + cells], states[1:, many + cells :]
    head = model.box_head
    read = head(search_tokens if isinstance(head, CornerHead) else prediction)
    return Inside(
        config=model.config,
        crops=crops,
        tokens=_array(states),
        attention=_array(torch.stack(attention)),
        template_attention=_array(torch.stack(template_attention)),
        edges=_array(read.edges.exp()),
        boxes=_array(read.box),
        corners=_array(_corner_maps(head, search_tokens[-1])) if isinstance(head, CornerHead) else None,
        score=None if found.score_logit is None else found.score_logit.sigmoid().item(),
    )


def embedded(model: MixFormer, templates: Tensor, search: Tensor) -> Tensor:
    """All tokens before the first layer, ``(1, all, c)`` (spec 1.5)."""
    parts = model.backbone
    seen = (parts.patch_embed(templates[0]) + parts.pos_embed_t).flatten(0, 1)[None]
    own = [parts.patch_embed(search) + parts.pos_embed_s]
    if parts.tokens:
        own.append(parts.reg_tokens + parts.pos_embed_reg)
    return torch.cat([seen, *own], dim=1)


def _corner_maps(head: CornerHead, search: Float[Tensor, "cells c"]) -> Float[Tensor, "2 f f"]:
    side = round(search.shape[0] ** 0.5)
    square = search.T.reshape(1, -1, side, side)
    maps = torch.cat([head.heatmap(square, corner).float() for corner in ("tl", "br")])
    return maps.flatten(1).softmax(-1).view_as(maps)


def _array(x: Tensor) -> np.ndarray:
    return x.float().cpu().numpy()
