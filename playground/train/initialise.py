"""A start for training from nothing: every block begins by attending to tokens that look alike.

With independent random query and key weights a small transformer needs long to find out that comparing search tokens
with template tokens helps. Starting with equal weights makes each attention logit a similarity from the first step on
(the query-key half of the "mimetic" initialisation, Trockman and Kolter 2023, arXiv 2305.09828).
"""

import torch

from playground.model import MixFormer


@torch.no_grad()
def attend_to_alike(model: MixFormer) -> None:
    """Copy each block's query weights and biases onto its key weights and biases."""
    dim = model.config.dim
    for name, module in model.backbone.named_modules():
        if name.endswith("attn.qkv"):
            weight, bias = module.get_parameter("weight"), module.get_parameter("bias")
            weight[dim : 2 * dim] = weight[:dim]
            bias[dim : 2 * dim] = bias[:dim]
