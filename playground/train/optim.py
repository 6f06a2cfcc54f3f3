"""Parameter groups and the learning-rate schedules."""

import math
from collections import defaultdict

import torch
from torch import nn

from playground.train_config import OptimConfig


def make_optimizer(module: nn.Module, config: OptimConfig) -> torch.optim.AdamW:
    """AdamW over everything that is trained, in groups by learning rate and decay.

    Each group has its ``scale``, the factor on the learning rate: ``backbone_scale`` for the backbone, prediction
    tokens included (spec 2.1), 1 for the heads.
    """
    groups: dict[tuple[float, float], list[nn.Parameter]] = defaultdict(list)
    for name, parameter in module.named_parameters():
        if parameter.requires_grad:
            scale = config.backbone_scale if "backbone." in name else 1.0
            spared = parameter.ndim < 2 or parameter.shape[0] == 1
            decay = 0.0 if spared and not config.decay_all else config.weight_decay
            groups[scale, decay].append(parameter)
    rows = [{"params": some, "scale": scale, "weight_decay": decay} for (scale, decay), some in groups.items()]
    return torch.optim.AdamW(rows, lr=config.lr, betas=(0.9, config.beta2), fused=True)


def learning_rate(step: int, config: OptimConfig) -> float:
    """Rate of ``step`` (0-based): linear warm-up, then a half cosine to zero or one step down (see `OptimConfig`)."""
    if step < config.warmup:
        return config.lr * (step + 1) / config.warmup
    if config.schedule == "step":
        return config.lr * (0.1 if config.drop_at and step >= config.drop_at else 1.0)
    done = (step - config.warmup) / max(1, (config.horizon or config.steps) - config.warmup)
    return config.lr * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))
