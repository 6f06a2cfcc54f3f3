"""The loop trains what it is given, tells the truth about it, and stops at a loss that is not finite."""

import itertools

import pytest
import torch
from torch import nn

from playground.config import OptimConfig
from playground.train.loop import fit


class _Line(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.slope = nn.Parameter(torch.zeros(()))

    def forward(self, x):
        loss = (self.slope * x - 3 * x).abs().mean()
        return {"total": loss, "slope": self.slope.detach()}


def test_finds_the_slope_and_reports_means_at_the_asked_steps():
    batches = itertools.repeat(torch.ones(4))
    config = OptimConfig(lr=0.3, steps=45, warmup=5, weight_decay=0.0)
    events = list(fit(module := _Line(), batches, config, batch_size=4, report_every=20))
    assert [e.step for e in events] == [20, 40, 45]
    assert events[-1].losses["total"] < 0.1 * events[0].losses["total"]
    assert module.slope.item() == pytest.approx(3, abs=0.2)
    assert all(e.samples_s > 0 for e in events)
    assert events[0].lr > events[1].lr > events[2].lr > 0


def test_a_loss_that_is_not_finite_names_the_step():
    batches = iter([torch.ones(2), torch.full((2,), float("nan"))])
    with pytest.raises(FloatingPointError, match="step 1: the loss is nan"):
        list(fit(_Line(), batches, OptimConfig(steps=5), batch_size=2, report_every=1))
