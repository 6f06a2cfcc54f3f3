"""Settings of training: every rule answers with the name of its field, and whole runs must make sense."""

import dataclasses
from dataclasses import replace
from typing import Any

import pytest

from playground.config import PRESETS
from playground.train_config import (
    AugmentConfig,
    DataConfig,
    DistillConfig,
    FadeConfig,
    LossWeights,
    OptimConfig,
    SampleConfig,
    TrainConfig,
)

MODEL = PRESETS["toy-small"]  # four blocks and a score head
TAUGHT = {"distill": DistillConfig(teacher="t"), "loss": LossWeights(edges=1.0)}

RULES: list[tuple[type, dict[str, Any], str]] = [
    (DataConfig, {"synthetic_clips": -1}, "synthetic_clips"),
    (DataConfig, {"weights": {"clips": -1.0}}, "weights"),
    *((SampleConfig, {name: 0}, name) for name in ("templates", "per_group", "max_gap")),
    *((SampleConfig, {name: 1.5}, name) for name in ("negatives", "random_boxes", "calm", "wild_reach")),
    *((SampleConfig, {name: -0.1}, name) for name in ("calm_shift", "calm_scale", "wild_scale", "zoom", "stretch")),
    *((SampleConfig, {"zoom_mean": value}, "zoom_mean") for value in (-1.1, 1.1, float("nan"))),
    *((AugmentConfig, {name: 1.5}, name) for name in ("flip", "flip_each", "grey", "blur", "occlusion", "distractors")),
    *(
        (AugmentConfig, {name: -1.0}, name)
        for name in ("turn", "brightness", "contrast", "saturation", "cast", "noise")
    ),
    (AugmentConfig, {"turn": 46.0}, "turn"),
    *((LossWeights, {item.name: -1.0}, item.name) for item in dataclasses.fields(LossWeights)),
    (FadeConfig, {"epochs": 0}, "epochs"),
    (FadeConfig, {"epoch_steps": 0}, "epoch_steps"),
    *((OptimConfig, {name: 0.0}, name) for name in ("lr", "grad_clip", "backbone_scale")),
    *((OptimConfig, {name: -0.1}, name) for name in ("weight_decay", "beta2", "ema")),
    *((OptimConfig, {name: 1.0}, name) for name in ("beta2", "ema")),
    (OptimConfig, {"steps": 0}, "steps"),
    *((OptimConfig, {name: -1}, name) for name in ("warmup", "drop_at")),
    (OptimConfig, {"steps": 10, "horizon": 5}, "horizon"),
    *((TrainConfig, {name: 0}, name) for name in ("groups", "accumulate", "report_every", "save_every")),
    (TrainConfig, {"report_every": 50, "save_every": 120}, "save_every"),
]


def _make(cls: type, values: dict[str, Any]) -> Any:
    return cls(model=MODEL, **values) if cls is TrainConfig else cls(**values)


@pytest.mark.parametrize(("cls", "values", "name"), RULES, ids=[f"{c.__name__}.{n}" for c, _, n in RULES])
def test_each_rule_names_its_field(cls, values, name):
    with pytest.raises(ValueError, match=f"^{name}: "):
        _make(cls, values)


FRACTIONS = sorted({(cls.__name__, name) for cls, values, name in RULES if isinstance(values.get(name), float)})


@pytest.mark.parametrize(("cls", "name"), FRACTIONS)
def test_not_a_number_passes_no_rule(cls, name):
    with pytest.raises(ValueError, match=f"^{name}: "):
        _make({rule[0].__name__: rule[0] for rule in RULES}[cls], {name: float("nan")})


@pytest.mark.parametrize(
    ("config", "name", "choices"),
    [
        (DataConfig(), "store", "packed, encoded"),
        (DataConfig(), "world", "full, plain"),
        (SampleConfig(), "order", "near, causal, trident"),
        (OptimConfig(), "schedule", "cosine, step"),
        (TrainConfig(model=MODEL), "precision", "auto, float32, bfloat16, float16"),
        (TrainConfig(model=MODEL), "trainable", "all, score"),
    ],
)
def test_a_choice_that_is_none_is_named_with_the_choices(config, name, choices):
    object.__setattr__(config, name, "other")  # these tests check types as well, and would come first
    with pytest.raises(ValueError, match=f"^{name}: must be one of {choices}; got 'other'"):
        config.__post_init__()


@pytest.mark.parametrize("cls", [DataConfig, SampleConfig, AugmentConfig, DistillConfig, FadeConfig, OptimConfig])
def test_defaults_are_values_that_never_change(cls):
    config = cls()
    assert config == cls() and config == replace(config)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(config, dataclasses.fields(config)[0].name, None)


def test_bounds_themselves_are_allowed():
    SampleConfig(negatives=1.0, calm=0.0, wild_reach=1.0, zoom=0.0, zoom_mean=-1.0)
    AugmentConfig(turn=45.0, flip=1.0, noise=0.0)
    OptimConfig(steps=10, horizon=10, warmup=0, ema=0.0)
    DataConfig(synthetic_clips=0)


def test_a_loss_needs_a_term():
    with pytest.raises(ValueError, match=r"^loss: at least one weight must be above 0\."):
        LossWeights(l1=0, iou=0)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"fade": FadeConfig(blocks=(1, 4))}, r"fade.blocks: choose from 0\.\.3; got \(1, 4\)"),
        ({"fade": FadeConfig(blocks=(-1,))}, r"fade.blocks: choose from 0\.\.3"),
        ({"loss": LossWeights(edges=1.0)}, "distill.teacher: needed by loss.edges"),
        ({"loss": LossWeights(features=1.0)}, "distill.teacher: needed by loss.edges and loss.features"),
        ({**TAUGHT, "loss": LossWeights(features=1.0)}, "distill.pairs: needed by loss.features"),
        ({**TAUGHT, "distill": DistillConfig(teacher="t", pairs=((0, 0),))}, "distill.pairs: needed by loss.features"),
        (
            {"loss": LossWeights(features=1.0), "distill": DistillConfig(teacher="t", pairs=((4, 0),))},
            r"distill.pairs: the student's blocks are 0\.\.3; got \[4\]",
        ),
        ({"model": PRESETS["toy-deep"], "loss": LossWeights(score=1.0)}, "loss.score: the model has no score head"),
        ({"model": PRESETS["toy-deep"], "trainable": "score"}, "trainable: 'score' needs model.score_head"),
        (
            {"model": PRESETS["toy-teacher"], "loss": LossWeights(look=1.0)},
            "loss.look: a corner head has no prediction",
        ),
        ({"trainable": "score"}, "trainable: 'score' needs model.score_head and loss.score above 0"),
    ],
)
def test_parts_of_a_run_that_do_not_go_together_are_named(changes, said):
    with pytest.raises(ValueError, match=f"^{said}"):
        TrainConfig(**({"model": MODEL} | changes))


def test_parts_of_a_run_that_go_together_pass():
    TrainConfig(model=MODEL, **TAUGHT)
    pairs = DistillConfig(teacher="t", pairs=((0, 9), (3, 11)))  # the teacher is not looked at yet
    TrainConfig(model=MODEL, loss=LossWeights(features=1.0), distill=pairs)
    TrainConfig(model=MODEL, loss=LossWeights(score=1.0, l1=0, iou=0), trainable="score")
    TrainConfig(model=MODEL, fade=FadeConfig(blocks=(0, 1, 2, 3)))
