"""The loop trains what it is given, tells the truth about it, and stops when asked or when a loss is not finite."""

import itertools
from dataclasses import dataclass

import pytest
import torch
from torch import nn

from playground.events import TrainEvent
from playground.train.engine import OneProcess
from playground.train.learner import Learner
from playground.train.loop import fit
from playground.train_config import OptimConfig


@dataclass(frozen=True)
class _Numbers:
    """What a batch is to the loop: a name to tell."""

    x: torch.Tensor
    keys: tuple[str, ...] = ("clip/a",)


class _Line(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.slope = nn.Parameter(torch.zeros(()))
        self.seen: list[float] = []

    def forward(self, batch: _Numbers, step: int) -> dict[str, torch.Tensor]:
        self.seen.append(batch.x.sum().item())
        return {"total": (self.slope * batch.x - 3 * batch.x).abs().mean(), "step": torch.tensor(float(step))}


def _learner(module: nn.Module, **optim) -> Learner:
    config = OptimConfig(**({"lr": 0.3, "steps": 45, "warmup": 5, "weight_decay": 0.0} | optim))
    return Learner(module, module, config, OneProcess("cpu"))


def _ones():
    return itertools.repeat(_Numbers(torch.ones(4)))


def test_finds_the_slope_and_reports_at_the_asked_steps():
    learner = _learner(module := _Line())
    events = list(fit(learner, _ones(), batch_size=4, report_every=20))
    assert [event.step for event in events] == [20, 40, 45] and {event.steps for event in events} == {45}
    assert events[-1].losses["total"] < 0.1 * events[0].losses["total"]
    assert module.slope.item() == pytest.approx(3, abs=0.2)
    assert events[0].lr > events[1].lr > events[2].lr > 0
    assert not any(event.stopped or event.checked for event in events)


def test_losses_are_means_since_the_last_event():
    events = list(fit(_learner(_Line(), steps=7), _ones(), batch_size=4, report_every=3))
    assert [event.losses["step"] for event in events] == [1.0, 4.0, 6.0]
    assert set(events[0].losses) == {"total", "step", "grad_norm"}


def test_speed_wait_and_remaining_time_are_those_of_the_clock(monkeypatch):
    now = 0.0

    def spend(seconds: float) -> None:
        nonlocal now
        now += seconds

    class Slow(_Line):
        def forward(self, batch, step):
            spend(1.0)
            return super().forward(batch, step)

    def slow():
        while True:
            spend(3.0)
            yield _Numbers(torch.ones(4))

    monkeypatch.setattr("playground.train.loop.time.perf_counter", lambda: now)
    events = list(fit(_learner(Slow(), steps=6, warmup=0), slow(), batch_size=8, report_every=2))
    assert [event.samples_s for event in events] == [8 / 4] * 3
    assert [event.data_wait for event in events] == [3 / 4] * 3
    assert [event.eta_s for event in events] == [16.0, 8.0, 0.0]


def test_a_step_takes_as_many_batches_as_it_has_parts():
    batches = iter([_Numbers(torch.tensor([float(i)])) for i in range(6)])
    module = _Line()
    list(fit(_learner(module, steps=3, warmup=0), batches, batch_size=2, report_every=1, parts=2))
    assert module.seen == [0, 1, 2, 3, 4, 5]


def test_asked_to_stop_it_finishes_the_step_and_says_so():
    learner, answers = _learner(_Line()), iter([False, False, True])
    events = list(fit(learner, _ones(), batch_size=4, report_every=100, stop=lambda: next(answers)))
    assert [(event.step, event.stopped) for event in events] == [(3, True)] and learner.step == 3
    more = list(fit(learner, _ones(), batch_size=4, report_every=100))
    assert [(event.step, event.stopped) for event in more] == [(45, False)]


def test_asked_to_stop_at_the_last_step_it_is_simply_done():
    events = list(fit(_learner(_Line(), steps=1, warmup=0), _ones(), batch_size=4, report_every=1, stop=lambda: True))
    assert [(event.step, event.stopped) for event in events] == [(1, False)]


def test_what_a_check_finds_is_in_the_event_of_its_step():
    learner = _learner(_Line(), steps=6, warmup=0)
    how = {"check": lambda: {"auc": float(learner.step)}, "check_every": 2}
    events = list(fit(learner, _ones(), batch_size=4, report_every=3, **how))
    assert [(event.step, event.checked) for event in events] == [
        (2, {"auc": 2.0}),
        (3, {}),
        (4, {"auc": 4.0}),
        (6, {"auc": 6.0}),
    ]


@pytest.mark.parametrize("parts", [1, 2])
def test_a_loss_that_is_not_finite_names_step_terms_and_clips(parts):
    good, bad = _Numbers(torch.ones(2)), _Numbers(torch.full((2,), float("nan")), ("cats/7", "sky/2", "cats/7"))
    batches = iter([good] * parts + [bad] * parts)
    with pytest.raises(
        FloatingPointError, match=r"^step 1: the loss is not finite \(total nan, .*held cats/7, sky/2\."
    ):
        list(fit(_learner(_Line(), steps=5), batches, batch_size=2, report_every=1, parts=parts))


def test_gradients_that_are_not_finite_are_found_where_the_loss_is():
    class Root(_Line):
        def forward(self, batch, step):
            return {"total": self.slope.abs().sqrt() * batch.x.sum()}

    with pytest.raises(FloatingPointError, match=r"^step 0: the loss is not finite \(total 0, grad_norm nan\)"):
        list(fit(_learner(Root(), steps=5), _ones(), batch_size=2, report_every=1))


class _TwoProcesses(OneProcess):
    """This process is fine; the other one was asked to stop, and its losses are 2 higher."""

    world = 2

    def mean(self, value: torch.Tensor) -> torch.Tensor:
        return value + (0.5 if value.item() == 0 else 1.0)


def test_all_processes_stop_when_one_is_asked():
    module = _Line()
    learner = Learner(module, module, OptimConfig(steps=5, warmup=0, lr=1e-9), _TwoProcesses("cpu"))
    (event,) = list(fit(learner, _ones(), batch_size=4, report_every=100))
    assert event.stopped and event.step == 1 and event.losses["total"] == pytest.approx(4)
    assert isinstance(event, TrainEvent)
