"""A whole run at toy size: it learns, leaves a folder that tracks, and does not write over another run."""

import dataclasses
import json

import pytest

from playground.api import load
from playground.config import OptimConfig, TrainConfig
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


def test_the_same_seed_gives_the_same_run(tmp_path):
    config = dataclasses.replace(RECIPES["toy-small"](), optim=OptimConfig(steps=3), synthetic_clips=2, report_every=1)
    one, two = (list(train(config, None, tmp_path / name)) for name in "ab")
    assert [event.losses for event in one] == [event.losses for event in two]
