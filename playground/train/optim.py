"""Parameter groups and the learning-rate schedule."""

import math

import torch
from torch import nn

from playground.config import OptimConfig


def make_optimizer(module: nn.Module, config: OptimConfig) -> torch.optim.AdamW:
    """AdamW; biases, norms and tokens are spared from weight decay."""
    trained = [p for p in module.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in trained if p.ndim >= 2 and p.shape[0] > 1], "weight_decay": config.weight_decay},
        {"params": [p for p in trained if p.ndim < 2 or p.shape[0] == 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=config.lr, betas=(0.9, 0.98), fused=True)


def learning_rate(step: int, config: OptimConfig) -> float:
    """Rate of ``step`` (0-based): linear warm-up, then a half cosine to zero (see `OptimConfig`)."""
    if step < config.warmup:
        return config.lr * (step + 1) / config.warmup
    done = (step - config.warmup) / max(1, (config.horizon or config.steps) - config.warmup)
    return config.lr * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))
