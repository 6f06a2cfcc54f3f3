"""Named runs: functions that return a whole `TrainConfig`."""

from collections.abc import Callable
from dataclasses import replace

from playground.config import (
    PRESETS,
    CropConfig,
    OptimConfig,
    SampleConfig,
    TrackerConfig,
    TrainConfig,
    UpdateConfig,
)

MINI_TRACKER = TrackerConfig(
    crop=CropConfig(template_factor=2.0, search_factor=4.0),
    update=UpdateConfig(interval=25, min_score=0.5),
    clip_margin=4.0,
)
# Sources that look like what people track count more; the many rendered and aerial clips less than their number.
SOURCE_WEIGHTS = {
    "davis": 5.0, "uav": 4.0, "sky": 3.0, "foda": 2.0, "uavdt": 2.0, "v4r": 1.0, "synthetic": 6.0,
    "cats": 3.0, "coco": 3.0, "people": 3.0, "bsds": 2.0, "caltech101": 2.0, "groceries": 2.0, "helmets": 2.0,
    "imagenet": 2.0, "kangaroo": 2.0, "pedestrians": 2.0, "pennfudan": 2.0, "raccoon": 2.0, "cards": 1.0, "gtea": 1.0,
}  # fmt: skip


def first_small() -> TrainConfig:
    """``playground train first-small --data DIR --out DIR``: the first `mini-small`, from nothing, no teacher.

    The first of two runs: its rate falls along a cosine that `first_small_finish` ends. An hour or less on two CPU
    cores; what both reach is told on the card in ``checkpoints/mini-small``.
    """
    return TrainConfig(
        model=PRESETS["mini-small"],
        tracker=MINI_TRACKER,
        sample=SampleConfig(weights=SOURCE_WEIGHTS),
        optim=OptimConfig(lr=1e-3, steps=3000, horizon=8000),
        groups=16,
    )


def first_small_finish() -> TrainConfig:
    """``playground train first-small-finish --data DIR --out DIR``: ends `first_small`, from ``runs/first-small``."""
    return replace(
        first_small(), start_from="runs/first-small", optim=OptimConfig(lr=6e-4, warmup=100, steps=3200), seed=1
    )


def toy_small() -> TrainConfig:
    """``playground train toy-small``: seconds on a laptop, on the synthetic world; for trying out."""
    return TrainConfig(
        model=PRESETS["toy-small"],
        tracker=MINI_TRACKER,
        optim=OptimConfig(lr=2e-3, steps=60, warmup=10),
        groups=4,
        synthetic_clips=12,
        report_every=10,
    )


RECIPES: dict[str, Callable[[], TrainConfig]] = {
    "first-small": first_small,
    "first-small-finish": first_small_finish,
    "toy-small": toy_small,
}
