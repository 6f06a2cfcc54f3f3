"""The training loop: an iterator of events that knows nothing of the network it trains."""

import time
from collections import defaultdict
from collections.abc import Iterator
from typing import TypeVar

import torch
from torch import nn

from playground.config import OptimConfig
from playground.events import TrainEvent
from playground.train.optim import learning_rate, make_optimizer

B = TypeVar("B")


def fit(
    module: nn.Module,
    batches: Iterator[B],
    config: OptimConfig,
    batch_size: int,
    report_every: int,
) -> Iterator[TrainEvent]:
    """Train ``module`` for ``config.steps`` steps; it maps a batch to named losses, of which ``total`` is minimised.

    Yields the means since the last event every ``report_every`` steps and after the last one; ``batch_size`` is only
    used to tell samples a second. Raises ``FloatingPointError`` naming the step when the loss is not finite.
    """
    optimizer = make_optimizer(module, config)
    module.train()
    sums: dict[str, float] = defaultdict(float)
    since, count = time.perf_counter(), 0
    for step in range(config.steps):
        rate = learning_rate(step, config)
        for group in optimizer.param_groups:
            group["lr"] = rate
        losses = module(next(batches))
        if not torch.isfinite(losses["total"]):
            raise FloatingPointError(f"step {step}: the loss is {losses['total'].item()}; lower lr and start again.")
        optimizer.zero_grad()
        losses["total"].backward()
        nn.utils.clip_grad_norm_(module.parameters(), config.grad_clip)
        optimizer.step()
        count += 1
        for name, loss in losses.items():
            sums[name] += loss.item()
        if count == report_every or step + 1 == config.steps:
            now = time.perf_counter()
            means = {name: value / count for name, value in sums.items()}
            yield TrainEvent(step=step + 1, losses=means, lr=rate, samples_s=count * batch_size / (now - since))
            sums.clear()
            since, count = now, 0
