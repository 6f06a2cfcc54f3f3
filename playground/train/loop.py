"""The training loop: an iterator of events that knows nothing of the network it trains."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from playground.events import TrainEvent
from playground.train.learner import Learner

Check = Callable[[], dict[str, float]]


def fit(
    learner: Learner,
    batches: Iterator[Any],
    *,
    batch_size: int,
    report_every: int,
    parts: int = 1,
    stop: Callable[[], bool] = lambda: False,
    check: Check | None = None,
    check_every: int = 0,
) -> Iterator[TrainEvent]:
    """Train until ``learner.config.steps``; each step takes ``parts`` batches, which it accumulates.

    Yields the means since the last event every ``report_every`` steps, after the last one, and when ``stop`` says so,
    which ends the loop with a ``stopped`` event. Every ``check_every`` steps the event carries what ``check`` found.
    ``batch_size``, search regions a step over all processes, is used to tell samples a second. Raises
    ``FloatingPointError`` naming the step and the batch's ``keys`` when a loss is not finite.
    """
    engine, steps = learner.engine, learner.config.steps
    sums: dict[str, Tensor] = defaultdict(lambda: torch.zeros((), device=engine.device))
    since, count, waited = time.perf_counter(), 0, 0.0
    while learner.step < steps:
        asked = time.perf_counter()
        step, rate, now = learner.step, learner.rate, [next(batches) for _ in range(parts)]
        waited += time.perf_counter() - asked
        losses = learner.advance(now)
        if not torch.isfinite(losses["total"] + losses.get("grad_norm", 0)):
            raise FloatingPointError(_not_finite(step, losses, now))
        count += 1
        for name, loss in losses.items():
            sums[name] += loss
        # Processes get a signal at different steps; all of them must stop after the same one.
        stopped = bool(engine.mean(torch.tensor(float(stop()), device=engine.device)) > 0)
        checking = bool(check_every) and learner.step % check_every == 0
        if stopped or checking or learner.step % report_every == 0 or learner.step == steps:
            means = {name: (engine.mean(value) / count).item() for name, value in sums.items()}
            took = time.perf_counter() - since
            yield TrainEvent(
                step=learner.step,
                steps=steps,
                losses=means,
                lr=rate,
                samples_s=count * batch_size / took,
                data_wait=waited / took,
                eta_s=(steps - learner.step) * took / count,
                checked=check() if check is not None and checking else {},
                stopped=stopped and learner.step < steps,
            )
            sums.clear()
            since, count, waited = time.perf_counter(), 0, 0.0
            if stopped:
                return


def _not_finite(step: int, losses: dict[str, Tensor], batches: list[Any]) -> str:
    terms = ", ".join(f"{name} {value.item():.3g}" for name, value in losses.items())
    keys = ", ".join(dict.fromkeys(key for batch in batches for key in batch.keys))
    return f"step {step}: the loss is not finite ({terms}). The batch held {keys}."
