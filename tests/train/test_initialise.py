"""A fresh block attends most to the token that looks most like the one that asks."""

import torch

from playground.config import PRESETS
from playground.model import MixFormer
from playground.train.initialise import attend_to_alike


def test_each_token_attends_most_to_itself():
    torch.manual_seed(0)
    model = MixFormer(PRESETS["mini-small"])
    tokens = torch.randn(1, 30, 192)
    for block in model.backbone.blocks:
        q, before = block.remember(tokens)
        assert (block.attn.weights(q, before.keys).mean(1)[0].argmax(-1) == torch.arange(30)).float().mean() < 0.5
    attend_to_alike(model)
    for block in model.backbone.blocks:
        q, known = block.remember(tokens)
        assert (block.attn.weights(q, known.keys).mean(1)[0].argmax(-1) == torch.arange(30)).all()
