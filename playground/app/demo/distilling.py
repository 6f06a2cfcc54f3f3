"""A toy distillation: the chosen model loses blocks, and what is left learns from the whole for a minute."""

import math
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from playground.api import load
from playground.app.demo.comparing import Compared, compare_trackers
from playground.app.demo.job import LOADING_S, seconds_on_gpu
from playground.app.demo.models import find_model
from playground.app.demo.steps import Order, Progress
from playground.app.demo.toggle import GPU, get_tracker, torch_device
from playground.app.demo.zero_gpu import gpus_are_lent, on_gpu
from playground.config import ModelConfig
from playground.events import TrainEvent
from playground.hub import MODEL_CONFIG, embedded_models, load_tracker_config
from playground.settings import from_file, require
from playground.train_config import (
    AugmentConfig,
    DataConfig,
    DistillConfig,
    LossWeights,
    OptimConfig,
    SampleConfig,
    TrainConfig,
)

if TYPE_CHECKING:
    from playground.data.store import Frames

MOST_STEPS, MOST_S = 300, 120
STUDENT = "student"  # a model folder
EVENTS = 40  # points of a curve
CLIPS = 24  # of the synthetic world
DATA = DataConfig(synthetic_clips=CLIPS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """``removed`` blocks of the chosen model, counted from 0, ``steps`` of training, ``weights`` of loss terms by name,
    and the learning rate."""

    removed: tuple[int, ...]
    steps: int = 60
    weights: Mapping[str, float]
    lr: float = 5e-4


Steps = Generator[TrainEvent | Progress | Compared, None, None]


def distil(order: Order, lesson: Lesson) -> Steps:
    """Events of the training, then the steps of `compare_trackers`: teacher and student on the chosen clip.

    The student is written to `STUDENT` in the order's folder. Training ends after `MOST_S` seconds, or when the order
    is stopped. Raises ``ValueError`` naming ``blocks``, ``steps`` or what else is wrong.
    """
    run = settings(order.chosen.model, lesson)
    _world()  # before a GPU is asked for, which has nothing to do with it
    return _distil_on_gpu(order, run) if order.chosen.device == GPU else _distil(order, run)


def _distil(order: Order, run: TrainConfig) -> Steps:
    from playground.train.run import train

    chosen, student = order.chosen, order.folder / STUDENT
    device = torch_device(chosen.device)
    lent = gpus_are_lent() and chosen.device == GPU
    end = time.monotonic() + (training_s(run) if lent else MOST_S)
    yield from train(
        run, student, device=device, frames=_world(), stop=lambda: order.stop.exists() or time.monotonic() > end
    )
    order.stop.unlink(missing_ok=True)  # it was for the training
    taught = load(str(student), device=device)
    yield from compare_trackers({"teacher": get_tracker(chosen.model, chosen.device), "student": taught}, order)


def training_s(run: TrainConfig) -> int:
    """How long a lesson may train where GPUs are lent by the second: the longest one has `MOST_S`."""
    return math.ceil(MOST_S * run.optim.steps / MOST_STEPS)


def lesson_on_gpu(order: Order, run: TrainConfig) -> int:
    """How long a lesson may need a GPU: the training, then two trackers on the clip."""
    return training_s(run) + LOADING_S + 2 * seconds_on_gpu(order)


_distil_on_gpu = on_gpu(lesson_on_gpu)(_distil)


@lru_cache(maxsize=1)
def _world() -> "Frames":
    """What every lesson trains on, rendered at the first one."""
    from playground.train.gather import gather

    return gather(DATA, 0)[0]


def why_no_teacher(name: str, model: ModelConfig) -> str:
    """Why no lesson can be had from a model, in words; empty where one can."""
    if model.prediction_tokens > 0:
        return ""
    return f"model: {name} has a corner head; choose a teacher with prediction tokens."


def settings(teacher: str, lesson: Lesson) -> TrainConfig:
    """The run: the teacher without the removed blocks, learning from the whole teacher.

    A block that is left learns to give what the last block before the next one left gave. Raises ``ValueError`` naming
    ``blocks``, ``steps``, or the weight that is wrong.
    """
    folder = find_model(teacher)
    # What was found, and not the name: in the training nobody asks whether it may be named.
    name = teacher if teacher in embedded_models() else str(folder)
    model = from_file(ModelConfig, folder / MODEL_CONFIG)
    left = [block for block in range(model.depth) if block not in lesson.removed]
    require(
        bool(lesson.removed) and bool(left) and set(lesson.removed) <= set(range(model.depth)),
        f"blocks: remove at least one of 0..{model.depth - 1} and leave one; got {list(lesson.removed)}.",
    )
    require(1 <= lesson.steps <= MOST_STEPS, f"steps: must be 1 to {MOST_STEPS}; got {lesson.steps}.")
    mimics = [after - 1 for after in (*left[1:], model.depth)]
    every = math.ceil(lesson.steps / EVENTS)
    require(not (why := why_no_teacher(teacher, model)), why)
    return TrainConfig(
        model=replace(model, depth=len(left), drop_path=0.0),
        start_from=name,
        remove=lesson.removed,
        tracker=load_tracker_config(folder),
        data=DATA,
        sample=SampleConfig(per_group=4, negatives=0, random_boxes=0),
        augment=AugmentConfig(occlusion=0, distractors=0, blur=0),
        loss=LossWeights(**lesson.weights),
        distill=DistillConfig(
            teacher=name, pairs=tuple(enumerate(mimics)) if lesson.weights.get("features", 0) > 0 else ()
        ),
        optim=OptimConfig(lr=lesson.lr, warmup=min(10, lesson.steps // 10), steps=lesson.steps),
        groups=4,
        report_every=every,
        save_every=every * EVENTS,
    )
