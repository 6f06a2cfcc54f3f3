"""A whole run at toy size: it learns, leaves a folder that tracks, and does not write over another run."""

import dataclasses
import json

import pytest
import torch
from safetensors.torch import load_file

from playground.api import load
from playground.config import PRESETS, OptimConfig, TrainConfig
from playground.settings import from_json
from playground.train.recipes import RECIPES
from playground.train.run import train


def test_toy_run_learns_and_leaves_a_model_that_loads(tmp_path):
    recipe = RECIPES["toy-small"]()
    config = dataclasses.replace(recipe, optim=OptimConfig(lr=2e-3, steps=30, warmup=5), synthetic_clips=4)
    out = tmp_path / "run"
    events = list(train(config, None, out))
    assert [event.step for event in events] == [10, 20, 30]
    assert events[-1].losses["total"] < 0.85 * events[0].losses["total"]
    assert from_json(TrainConfig, (out / "run.json").read_text()) == config
    logged = [json.loads(line) for line in (out / "events.jsonl").read_text().splitlines()]
    assert [line["step"] for line in logged] == [10, 20, 30]
    tracker = load(str(out), device="cpu")
    assert tracker.config == config.tracker and tracker.backend.model.config == config.model
    with pytest.raises(ValueError, match="^out: .* already holds a run"):
        next(train(config, None, out))


def test_a_run_starts_from_the_weights_of_another(tmp_path):
    quick = OptimConfig(lr=1e-9, steps=1, warmup=0)
    config = dataclasses.replace(RECIPES["toy-small"](), optim=quick, synthetic_clips=2)
    list(train(config, None, tmp_path / "a"))
    list(train(dataclasses.replace(config, start_from=str(tmp_path / "a"), seed=5), None, tmp_path / "b"))
    one, two = (load_file(tmp_path / name / "model.safetensors") for name in "ab")
    assert all(torch.allclose(value, two[name], atol=1e-6) for name, value in one.items())
    other = dataclasses.replace(config, start_from=str(tmp_path / "a"), model=PRESETS["toy-base"])
    with pytest.raises(ValueError, match="^start_from: .* other sizes"):
        next(train(other, None, tmp_path / "c"))


def test_the_same_seed_gives_the_same_run(tmp_path):
    config = dataclasses.replace(RECIPES["toy-small"](), optim=OptimConfig(steps=3), synthetic_clips=2, report_every=1)
    one, two = (list(train(config, None, tmp_path / name)) for name in "ab")
    assert [event.losses for event in one] == [event.losses for event in two]
