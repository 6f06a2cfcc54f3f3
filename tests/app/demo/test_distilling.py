"""The toy distillation: what the student starts from, whom it learns from, and that it really learns."""

import pytest
import torch

from playground.app.demo import distilling
from playground.app.demo.comparing import Compared
from playground.app.demo.distilling import STUDENT, Lesson, distil, lesson_on_gpu, settings, training_s
from playground.app.demo.steps import Progress
from playground.app.demo.toggle import get_tracker
from playground.config import PRESETS, TrackerConfig
from playground.events import TrainEvent
from playground.hub import load_model, save_model
from playground.model import MixFormer
from playground.train_config import DataConfig

PAPER = {"l1": 5.0, "iou": 2.0, "edges": 5.0, "features": 0.2}


@pytest.fixture
def small_world(monkeypatch):
    """Two rendered clips instead of many."""
    monkeypatch.setattr(distilling, "DATA", DataConfig(synthetic_clips=2, world="plain"))
    distilling._world.cache_clear()
    yield
    distilling._world.cache_clear()


def test_what_is_left_learns_from_the_last_block_before_the_next_one_left(toy_model):
    config = settings(toy_model, Lesson(removed=(1,), weights=PAPER))
    assert config.remove == (1,) and config.model.depth == 3 and config.start_from == toy_model
    assert config.distill.pairs == ((0, 1), (1, 2), (2, 3)) and config.distill.teacher == toy_model
    assert settings(toy_model, Lesson(removed=(3,), weights=PAPER)).distill.pairs == ((0, 0), (1, 1), (2, 3))
    assert settings(toy_model, Lesson(removed=(1, 3), weights=PAPER | {"features": 0.0})).distill.pairs == ()
    assert config.tracker.lost_score == 0.125  # the teacher's own settings


@pytest.mark.parametrize(
    ("changes", "name"),
    [({"removed": ()}, "blocks"), ({"removed": (0, 1, 2, 3)}, "blocks"), ({"removed": (4,)}, "blocks"),
     ({"steps": 0}, "steps"), ({"steps": 10**6}, "steps"), ({"weights": dict.fromkeys(PAPER, 0.0)}, "loss"),
     ({"weights": PAPER | {"l1": -1.0}}, "l1")],
)  # fmt: skip
def test_a_wrong_lesson_is_told(toy_model, changes, name):
    with pytest.raises(ValueError, match=f"^(LossWeights: )?{name}"):
        settings(toy_model, Lesson(**({"removed": (1,), "weights": PAPER} | changes)))


def test_a_dense_model_is_no_teacher_here(tmp_path):
    save_model(MixFormer(PRESETS["toy-teacher"]), TrackerConfig(), tmp_path / "dense")
    with pytest.raises(ValueError, match="has a corner head; choose a teacher with prediction tokens"):
        settings(str(tmp_path / "dense"), Lesson(removed=(1,), weights=PAPER))


def test_the_student_learns_then_both_track_the_clip(order, small_world, toy_model):
    asked = order(end=4)
    teacher = get_tracker(toy_model, "cpu").backend.model
    before = {name: value.clone() for name, value in teacher.state_dict().items()}
    lesson = Lesson(removed=(1,), steps=10, weights={"l1": 0.0, "iou": 0.0, "edges": 5.0, "features": 0.0}, lr=2e-3)
    *steps, end = distil(asked, lesson)
    events = [step for step in steps if isinstance(step, TrainEvent)]
    edges = [event.losses["edges"] for event in events]
    assert [event.step for event in events] == list(range(1, 11))
    assert sum(edges[-3:]) < 0.9 * sum(edges[:3])  # the edges come nearer to the teacher's
    assert isinstance(end, Compared) and end.names == ("teacher", "student") and len(end.events["student"]) == 5
    assert any(isinstance(step, Progress) for step in steps)
    student = load_model(asked.folder / STUDENT)
    assert student.config.depth == 3
    assert all(torch.equal(value, before[name]) for name, value in teacher.state_dict().items())


def test_a_gpu_is_asked_for_as_long_as_the_lesson_has_steps(order, toy_model):
    short, long = (settings(toy_model, Lesson(removed=(1,), steps=steps, weights=PAPER)) for steps in (60, 300))
    assert (training_s(short), training_s(long)) == (24, distilling.MOST_S)
    asked = order(end=4)
    assert training_s(short) < lesson_on_gpu(asked, short) < distilling.MOST_S < lesson_on_gpu(asked, long)


def test_a_lesson_that_is_stopped_or_takes_too_long_ends_early_and_still_tracks(order, small_world, monkeypatch):
    monkeypatch.setattr(distilling, "MOST_S", -1)
    *steps, end = distil(order(end=2), Lesson(removed=(1,), steps=40, weights=PAPER))
    events = [step for step in steps if isinstance(step, TrainEvent)]
    assert len(events) == 1 and events[0].stopped and isinstance(end, Compared)
