"""Which parameters learn at which rate and are decayed, and the shape of each schedule."""

import itertools

import pytest
import torch
from tiny_training import TINY_SCORED, tiny
from torch import nn

from playground.train.optim import learning_rate, make_optimizer
from playground.train.step import TrainStep
from playground.train_config import FadeConfig, LossWeights, OptimConfig, TrainConfig


def _step(**changes) -> TrainStep:
    loss = LossWeights(inside=1.0, score=1.0)
    return TrainStep(TrainConfig(model=TINY_SCORED, loss=loss, **changes), tiny(TINY_SCORED))


def _rows(module: nn.Module, config: OptimConfig) -> dict[str, tuple[float, float]]:
    """Each trained parameter's factor on the learning rate and its weight decay."""
    groups = make_optimizer(module, config).param_groups
    row_of = {id(p): (group["scale"], group["weight_decay"]) for group in groups for p in group["params"]}
    assert len(row_of) == sum(len(group["params"]) for group in groups)
    return {name: row_of.pop(id(p)) for name, p in module.named_parameters() if id(p) in row_of}


def test_norms_biases_and_tokens_are_spared_from_decay():
    step = _step()
    rows = _rows(step, OptimConfig(weight_decay=0.05))
    assert set(rows) == {name for name, _ in step.named_parameters()}
    for name, (scale, decay) in rows.items():
        spared = "norm" in name or "reg" in name or name.endswith(("bias", "1.1.weight"))
        spared = spared or name in ("model.box_head.layers.0.1.weight", "model.score_head.layers.1.weight")
        assert (scale, decay) == (1.0, 0.0 if spared else 0.05), name


def test_the_official_rows_decay_everything_and_slow_the_backbone_with_its_tokens():
    rows = _rows(_step(), OptimConfig(backbone_scale=0.1, weight_decay=1e-4, decay_all=True))
    assert rows["model.backbone.reg_tokens"] == (0.1, 1e-4)
    for name, row in rows.items():
        assert row == (0.1 if "backbone" in name else 1.0, 1e-4), name


def test_what_is_frozen_is_not_there():
    rows = _rows(_step(fade=FadeConfig(blocks=(1,))), OptimConfig())
    assert not any(name.startswith("model.backbone.blocks.1.") for name in rows)
    assert any(name.startswith("model.backbone.blocks.2.") for name in rows)


def test_a_step_equals_adamw_by_hand():
    module = nn.Linear(3, 2, bias=False)
    config = OptimConfig(lr=0.1, weight_decay=0.05, beta2=0.98)
    optimizer, weight = make_optimizer(module, config), module.weight.detach().clone().double()
    mean = square = torch.zeros(2, 3, dtype=torch.float64)
    for t in range(1, 4):
        module.weight.grad = torch.randn(2, 3, generator=torch.Generator().manual_seed(t))
        g = module.weight.grad.double()
        optimizer.step()
        mean, square = 0.9 * mean + 0.1 * g, 0.98 * square + 0.02 * g**2
        weight = weight - 0.1 * 0.05 * weight
        weight = weight - 0.1 * (mean / (1 - 0.9**t)) / ((square / (1 - 0.98**t)).sqrt() + 1e-8)
        torch.testing.assert_close(module.weight.detach().double(), weight, rtol=1e-5, atol=1e-6)


def test_rate_rises_in_a_line_and_falls_in_a_half_cosine():
    config = OptimConfig(lr=2.0, warmup=10, steps=110)
    rates = [learning_rate(step, config) for step in range(111)]
    assert rates[:10] == pytest.approx([0.2 * (i + 1) for i in range(10)])
    assert rates[10] == 2.0 and rates[60] == pytest.approx(1.0) and rates[110] == pytest.approx(0)
    assert all(a >= b for a, b in itertools.pairwise(rates[10:]))


def test_cosine_equals_torch():
    config = OptimConfig(lr=0.5, warmup=0, steps=40)
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.5)
    theirs = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=40)
    for step in range(40):
        assert learning_rate(step, config) == pytest.approx(theirs.get_last_lr()[0])
        optimizer.step()
        theirs.step()


def test_steps_equal_torch_and_never_drop_without_a_place():
    config = OptimConfig(lr=0.4, warmup=0, steps=20, schedule="step", drop_at=15)
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.4)
    theirs = torch.optim.lr_scheduler.StepLR(optimizer, step_size=15, gamma=0.1)
    for step in range(20):
        assert learning_rate(step, config) == pytest.approx(theirs.get_last_lr()[0])
        optimizer.step()
        theirs.step()
    flat = OptimConfig(lr=0.4, warmup=2, steps=20, schedule="step")
    assert [learning_rate(step, flat) for step in (0, 1, 2, 19)] == [0.2, 0.4, 0.4, 0.4]


def test_a_run_with_a_horizon_leaves_the_rest_of_the_fall_to_the_next():
    short, whole = OptimConfig(steps=40, horizon=100, warmup=10), OptimConfig(steps=100, warmup=10)
    assert [learning_rate(s, short) for s in range(40)] == [learning_rate(s, whole) for s in range(40)]
