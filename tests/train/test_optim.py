"""The schedule's shape, and which parameters are spared from weight decay."""

import itertools

import pytest

from playground.config import PRESETS, OptimConfig
from playground.model import MixFormer
from playground.train.optim import learning_rate, make_optimizer


def test_rate_rises_in_a_line_and_falls_in_a_half_cosine():
    config = OptimConfig(lr=2.0, warmup=10, steps=110)
    rates = [learning_rate(step, config) for step in range(111)]
    assert rates[:10] == pytest.approx([0.2 * (i + 1) for i in range(10)])
    assert rates[10] == 2.0 and rates[60] == pytest.approx(1.0) and rates[110] == pytest.approx(0)
    assert all(a >= b for a, b in itertools.pairwise(rates[10:]))


def test_a_run_with_a_horizon_leaves_the_rest_of_the_fall_to_the_next():
    short, whole = OptimConfig(steps=40, horizon=100, warmup=10), OptimConfig(steps=100, warmup=10)
    assert [learning_rate(s, short) for s in range(40)] == [learning_rate(s, whole) for s in range(40)]


def test_norms_biases_and_tokens_are_not_decayed():
    model = MixFormer(PRESETS["toy-small"])
    decayed, spared = make_optimizer(model, OptimConfig()).param_groups
    kept = {id(p) for p in spared["params"]}
    for name, parameter in model.named_parameters():
        small = "norm" in name or name.endswith("bias") or "reg" in name
        if small:
            assert id(parameter) in kept, name
    assert spared["weight_decay"] == 0 and decayed["weight_decay"] == 0.05
    assert len(decayed["params"]) + len(spared["params"]) == len(list(model.parameters()))
