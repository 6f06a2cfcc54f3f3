"""A whole run: what it leaves, that it repeats, resumes bit for bit, and never hides what went wrong."""

import gc
import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from tiny_training import TINY_RUN, frames_of_noise, tiny

from playground.api import load
from playground.config import PRESETS
from playground.data.store import Frames
from playground.events import TrainEvent
from playground.hub import load_model, load_tracker_config, save_model
from playground.settings import from_json
from playground.train import run as module
from playground.train.checkpoint import CHECKPOINT, steps_done
from playground.train.recipes import SUPERVISED
from playground.train.run import EVENTS, RUN, finished, read_run, train
from playground.train_config import DataConfig, LossWeights, OptimConfig, TrainConfig

CONFIG = replace(TINY_RUN, loss=replace(SUPERVISED, inside=1.0), model=replace(TINY_RUN.model, drop_path=0.2))


@pytest.fixture(scope="module")
def frames() -> Frames:
    return frames_of_noise()


def _weights(out: Path) -> dict[str, torch.Tensor]:
    return load_file(out / CHECKPOINT) | {f"saved/{k}": v for k, v in load_file(out / "model.safetensors").items()}


def _assert_same_weights(one: Path, other: Path) -> None:
    a, b = _weights(one), _weights(other)
    assert a.keys() == b.keys()
    assert [name for name, value in a.items() if not torch.equal(value, b[name])] == []


def _logged(out: Path) -> list[TrainEvent]:
    return [TrainEvent.from_json(line) for line in (out / EVENTS).read_text().splitlines()]


def _asked_at(step: int):
    """A question that is answered with yes for the first time after ``step`` steps."""
    asked = iter(range(1, 1000))
    return lambda: next(asked) >= step


def test_a_toy_run_learns_and_leaves_a_model_that_tracks(tmp_path):
    model = replace(PRESETS["toy-deep"], depth=4)
    optim = OptimConfig(lr=2e-3, steps=30, warmup=5)
    config = replace(
        CONFIG, model=model, optim=optim, loss=SUPERVISED, groups=4, report_every=10, save_every=10,
        data=DataConfig(synthetic_clips=4),
    )  # fmt: skip
    out = tmp_path / "deep" / "run"
    events = list(train(config, out))
    assert [event.step for event in events] == [10, 20, 30]
    assert events[-1].losses["total"] < 0.85 * events[0].losses["total"]
    assert _logged(out) == events
    assert from_json(TrainConfig, (out / RUN).read_text()) == config == read_run(out)
    tracker = load(str(out), device="cpu")
    assert tracker.config == config.tracker and tracker.backend.model.config == model
    assert finished(config, out) and not finished(replace(config, seed=1), out) and not finished(config, tmp_path)
    with pytest.raises(ValueError, match="^out: .* already holds a run"):
        next(train(config, out))


def test_the_same_seed_gives_the_same_run_whatever_torch_drew_before(tmp_path, frames):
    list(train(CONFIG, tmp_path / "a", frames=frames))
    torch.manual_seed(12345)
    events = list(train(CONFIG, tmp_path / "b", frames=frames))
    _assert_same_weights(tmp_path / "a", tmp_path / "b")
    assert [event.losses for event in events] == [event.losses for event in _logged(tmp_path / "a")]
    list(train(replace(CONFIG, seed=1), tmp_path / "c", frames=frames))
    assert not torch.equal(_weights(tmp_path / "c")["saved/backbone.reg_tokens"],
                           _weights(tmp_path / "a")["saved/backbone.reg_tokens"])  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"optim": replace(CONFIG.optim, ema=0.8), "accumulate": 2},
        {"precision": "float16"},
        {"precision": "bfloat16", "data": replace(CONFIG.data, store="encoded")},
    ],
    ids=["plain", "average-and-parts", "float16", "bfloat16-encoded"],
)
def test_stopped_and_resumed_equals_uninterrupted(tmp_path, frames, changes):
    config, whole, broken = replace(CONFIG, **changes), tmp_path / "whole", tmp_path / "broken"
    list(train(config, whole, frames=frames))
    *_, last = train(config, broken, frames=frames, stop=_asked_at(5))
    assert last.stopped and last.step == 5 and steps_done(broken) == 5 and not finished(config, broken)
    *_, last = train(config, broken, frames=frames, stop=_asked_at(4), resume=True)
    assert last.stopped and last.step == 9
    *_, last = train(config, broken, frames=frames, resume=True)
    assert last.step == 12 and finished(config, broken)
    _assert_same_weights(whole, broken)
    steps = [event.step for event in _logged(broken)]
    assert steps == [2, 4, 5, 6, 8, 9, 10, 12]
    assert list(train(config, broken, frames=frames, resume=True)) == []


def test_a_crash_repeats_the_steps_since_the_checkpoint_and_logs_each_once(tmp_path, frames):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    list(train(CONFIG, whole, frames=frames))
    for event in train(CONFIG, broken, frames=frames):
        if event.step == 10:  # two steps after the last checkpoint
            break
    assert [event.step for event in _logged(broken)] == [2, 4, 6, 8, 10] and steps_done(broken) == 8
    with (broken / EVENTS).open("a") as log:
        log.write('{"step": 11, "ste')  # as a crash in the middle of a line leaves it
    (broken / f".{Path(CHECKPOINT).stem}.0123abcd.part.safetensors").write_bytes(b"half of it")
    list(train(CONFIG, broken, frames=frames, resume=True))
    _assert_same_weights(whole, broken)
    assert [event.losses for event in _logged(broken)] == [event.losses for event in _logged(whole)]
    assert {path.name for path in broken.iterdir()} == {path.name for path in whole.iterdir()}


def test_a_run_without_a_checkpoint_starts_again(tmp_path, frames):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    list(train(CONFIG, whole, frames=frames))
    next(train(CONFIG, broken, frames=frames))
    assert steps_done(broken) == 0
    list(train(CONFIG, broken, frames=frames, resume=True))
    _assert_same_weights(whole, broken)
    assert [event.step for event in _logged(broken)] == [2, 4, 6, 8, 10, 12]


def test_what_a_crash_before_the_first_settings_left_is_no_run(tmp_path, frames):
    (tmp_path / ".run.0123abcd.part.json").write_text('{"mod')
    config = replace(CONFIG, optim=replace(CONFIG.optim, steps=2))
    assert [event.step for event in train(config, tmp_path, frames=frames, resume=True)] == [2]


def test_other_settings_on_resume_are_named(tmp_path, frames):
    list(train(CONFIG, tmp_path, frames=frames, stop=lambda: True))
    other = replace(CONFIG, groups=4, optim=replace(CONFIG.optim, lr=1.0))
    with pytest.raises(ValueError, match=r"^resume: .* was begun with other values of optim, groups; give the same"):
        next(train(other, tmp_path, frames=frames, resume=True))


def test_a_folder_of_something_else_is_left_alone(tmp_path, frames):
    (tmp_path / "thesis.txt").write_text("all of it")
    for resume in (False, True):
        with pytest.raises(ValueError, match="^out: .* already holds a run or something else"):
            next(train(CONFIG, tmp_path, frames=frames, resume=resume))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    with pytest.raises(ValueError, match=r"^out: .*thesis.txt already holds"):
        next(train(CONFIG, tmp_path / "thesis.txt", frames=frames))
    with pytest.raises(ValueError, match=r"^resume: .* holds no run.json"):
        read_run(tmp_path)


def test_a_truncated_checkpoint_is_named_before_anything_is_written(tmp_path, frames):
    list(train(CONFIG, tmp_path, frames=frames, stop=_asked_at(4)))
    path = tmp_path / CHECKPOINT
    path.write_bytes(path.read_bytes()[:1000])
    log = (tmp_path / EVENTS).read_text()
    with pytest.raises(ValueError, match=rf"^resume: {path} is not a readable checkpoint"):
        next(train(CONFIG, tmp_path, frames=frames, resume=True))
    assert (tmp_path / EVENTS).read_text() == log


def test_a_run_starts_from_the_weights_of_another_and_learns_from_a_teacher(tmp_path, frames):
    save_model(tiny(CONFIG.model, seed=9), CONFIG.tracker, tmp_path / "older")
    config = replace(
        CONFIG,
        start_from=str(tmp_path / "older"),
        distill=replace(CONFIG.distill, teacher=str(tmp_path / "older")),
        loss=LossWeights(edges=1.0),
        model=replace(CONFIG.model, drop_path=0.0),
        optim=OptimConfig(lr=1e-12, steps=2, warmup=0),
    )
    *_, event = train(config, tmp_path / "new", frames=frames)
    assert event.losses["edges"] == pytest.approx(0, abs=1e-6)
    assert event.losses["student_iou"] == pytest.approx(event.losses["teacher_iou"])
    for name, value in load_file(tmp_path / "new" / "model.safetensors").items():
        assert torch.allclose(value, tiny(CONFIG.model, seed=9).state_dict()[name], atol=1e-6), name


def test_the_average_is_what_is_saved(tmp_path, frames):
    config = replace(CONFIG, optim=replace(CONFIG.optim, ema=0.9))
    list(train(config, tmp_path, frames=frames))
    kept, saved = load_file(tmp_path / CHECKPOINT), load_file(tmp_path / "model.safetensors")
    assert all(torch.equal(value, kept[f"average/module.{name}"]) for name, value in saved.items())
    assert not torch.equal(saved["backbone.reg_tokens"], kept["module/model.backbone.reg_tokens"])


def test_validation_sees_the_model_as_it_tracks_and_training_goes_on_as_without_it(tmp_path, frames):
    seen = []

    def validate(model, tracker):
        seen.append((model.training, tracker))
        return {"auc": 0.5}

    events = list(train(CONFIG, tmp_path / "with", frames=frames, validate=validate, validate_every=6))
    assert [event.step for event in events if event.checked == {"auc": 0.5}] == [6, 12]
    assert seen == [(False, CONFIG.tracker)] * 2
    list(train(CONFIG, tmp_path / "without", frames=frames))
    _assert_same_weights(tmp_path / "with", tmp_path / "without")


def test_a_loss_that_is_not_finite_names_step_clips_and_the_last_good_checkpoint(tmp_path, frames, monkeypatch):
    stream = module.batches

    def spoilt(*arguments, **options):
        for i, batch in enumerate(stream(*arguments, **options)):
            yield batch._replace(search=batch.search * float("nan")) if i == 7 else batch

    monkeypatch.setattr(module, "batches", spoilt)
    said = r"^step 7: the loss is not finite \(total nan.*held noise/\d.*last good checkpoint, of step 4, is in "
    with pytest.raises(FloatingPointError, match=said):
        list(train(CONFIG, tmp_path, frames=frames))
    assert steps_done(tmp_path) == 4 and [event.step for event in _logged(tmp_path)] == [2, 4, 6]
    assert all(torch.isfinite(value).all() for value in load_model(tmp_path).state_dict().values())


def test_files_are_whole_text_that_others_can_read(tmp_path, frames):
    list(train(CONFIG, tmp_path, frames=frames))
    assert {path.name for path in tmp_path.iterdir()} == {
        RUN, EVENTS, CHECKPOINT, "model.safetensors", "config.json", "tracker.json",
    }  # fmt: skip
    assert load_tracker_config(tmp_path) == CONFIG.tracker
    assert [json.loads(line)["step"] for line in (tmp_path / EVENTS).read_text().splitlines()] == [2, 4, 6, 8, 10, 12]


def _alive() -> tuple[int, int]:
    """Tensors, and objects of any kind."""
    gc.collect()
    objects = gc.get_objects()
    return sum(issubclass(type(thing), torch.Tensor) for thing in objects), len(objects)


def test_nothing_is_held_from_step_to_step(tmp_path, frames):
    """benchmarks/training_memory.py follows resident memory for longer."""
    config = replace(
        CONFIG,
        model=replace(CONFIG.model, depth=1),
        sample=replace(CONFIG.sample, per_group=1),
        optim=replace(CONFIG.optim, steps=240, ema=0.9),
        groups=1,
        report_every=20,
        save_every=40,
    )
    alive = {event.step: _alive() for event in train(config, tmp_path, frames=frames) if event.step in (40, 240)}
    assert alive[240][0] == alive[40][0]
    assert alive[240][1] - alive[40][1] < 50  # an object held in every fourth step would be seen
