"""The official computation of a track, from this project's weights: the whole network in every frame.

The official code (`MixFormerVisionTransformer` and `MixFormerOnline`) keeps pictures of the templates, not what they
become. Two templates, the search region and the prediction tokens go through every block together and to its end;
attention is multiplied out, of the templates among themselves and of the rest over all; everything is float32, and the
picture is normalised in PyTorch.
"""

import numpy as np
import torch
from torch import Tensor

from playground.box import Box
from playground.config import CropConfig
from playground.crop import crop
from playground.model import MixFormer
from playground.model.attention import Block
from playground.model.heads import CornerHead


class Official:
    """The official computation of one track: ``step`` says where the target is in a frame, by the box before."""

    def __init__(self, model: MixFormer, rules: CropConfig, device: str, image: np.ndarray, box: Box) -> None:
        self.model, self.rules, self.device = model, rules, device
        self.mean, self.std = (torch.tensor(v, device=device).view(1, 3, 1, 1) for v in (rules.mean, rules.std))
        template = self._cut(image, box, rules.template_factor, model.config.template_size)
        self.templates = template, template

    @torch.inference_mode()
    def step(self, image: np.ndarray, before: Box) -> tuple[float, ...]:
        search = self._cut(image, before, self.rules.search_factor, self.model.config.search_size)
        box, score_logit = whole(self.model, self.templates, search)
        if score_logit is not None:
            score_logit.sigmoid().item()
        return tuple(box[0].tolist())

    def _cut(self, image: np.ndarray, box: Box, factor: float, size: int) -> Tensor:
        region, _ = crop(image, box, factor, size)
        pixels = torch.tensor(region, device=self.device).float().permute(2, 0, 1)[None]
        return (pixels / 255 - self.mean) / self.std


def whole(model: MixFormer, templates: tuple[Tensor, ...], search: Tensor) -> tuple[Tensor, Tensor | None]:
    """Box and logit of the score, of all tokens through all of every block."""
    body = model.backbone
    pictures = [body.patch_embed(template) + body.pos_embed_t for template in templates]
    region = body.patch_embed(search) + body.pos_embed_s
    own = [body.reg_tokens + body.pos_embed_reg] if body.tokens else []
    x = torch.cat([*pictures, region, *own], dim=1)
    still, cells = sum(picture.shape[1] for picture in pictures), region.shape[1]
    for block in body.blocks:
        x = _block(block, x, still)
    region, prediction = x[:, still : still + cells], x[:, still + cells :]
    boxes = model.box_head(region if isinstance(model.box_head, CornerHead) else prediction)
    return boxes.box, None if model.score_head is None else model.score_head(prediction)


def _block(block: Block, x: Tensor, still: int) -> Tensor:
    """Both residual branches, of which the first ``still`` tokens look at themselves alone."""
    b, _, c = x.shape
    q, known = block.remember(x)
    parts = [
        (q[:, :, :still], known.keys[:, :, :still], known.values[:, :, :still]),
        (q[:, :, still:], known.keys, known.values),
    ]
    mixed = [_attend(*part).transpose(1, 2).reshape(b, -1, c) for part in parts]
    x = x + block.attn.proj(torch.cat(mixed, dim=1))
    return x + block.mlp(block.norm2(x))


def _attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return ((q @ k.transpose(-2, -1)) * q.shape[-1] ** -0.5).softmax(-1) @ v
