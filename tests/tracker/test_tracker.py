"""The tracker against the official tracker's run, and its promises, with a network that answers as it is told."""

import hashlib
import json
import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import torch
from golden_files import golden
from hypothesis import given
from hypothesis import strategies as st

from playground.backends.onnx import OnnxBackend
from playground.backends.torch import TorchBackend
from playground.box import Box
from playground.config import CropConfig, ModelConfig, TrackerConfig, UpdateConfig
from playground.crop import crop_map
from playground.events import TrackEvent
from playground.hub import load_model, load_tracker_config, resolve, resolve_export
from playground.model import MixFormer
from playground.tracker import Answer, FakeBackend, Tracker
from playground.video.synthetic import WorldConfig, render_clip

FRAME = np.random.default_rng(0).integers(0, 255, (90, 120, 3), dtype=np.uint8)
BOX = Box(40.0, 30.0, 24.0, 18.0)
EDGES = np.full((4, 8), 1 / 8)


def _answer(score=0.9, box_rel=(0.4, 0.4, 0.6, 0.6)):
    return lambda search, memory: Answer(box_rel, score, EDGES)


def _official_clip() -> np.ndarray:
    """The clip of the official run: integers only, see the README beside the golden files."""
    y, x = np.mgrid[0:120, 0:160].astype(np.int64)
    frames = []
    for i in range(31):
        frame = np.stack([((x + 2 * y) // 2) % 200, ((3 * x + y) // 3) % 200, (x + y) % 180], -1)
        dx, dy = x - (40 + 2 * i), y - (60 + i % 7)
        target = np.stack([(dx * 9) % 256, (dy * 13) % 256, (dx * dy) % 256], -1)
        frames.append(np.where(((abs(dx) < 12) & (abs(dy) < 9))[..., None], target, frame).astype(np.uint8))
    return np.stack(frames)


def test_equals_the_official_tracker_on_its_own_run():

    run = json.loads(golden("m_tracker_run.json").read_text())
    clip = _official_clip()
    assert hashlib.sha256(clip.tobytes()).hexdigest() == run["video"]["sha256"]
    with np.load(golden("m_tracker_run.npz")) as file:
        weights = {k[3:]: torch.from_numpy(file[k]) for k in file.files if k.startswith("sd/")}
        final = file["final_online_template"]
    sizes = ModelConfig(template_size=48, search_size=96, dim=48, depth=3, heads=3, bins=24, score_head=True)
    model = MixFormer(sizes)
    model.load_state_dict(weights)
    config = TrackerConfig(crop=CropConfig(search_factor=5.0), update=UpdateConfig(interval=10))
    tracker = Tracker(TorchBackend(model, "cpu"), config)
    state, _ = tracker.start(clip[0], Box(*run["init_box_xywh"]))
    for row in run["frames"]:
        before = Box(*row["state_before"])
        # Each row is fed its own state, so that one rounding cannot spread.
        state = type(state)(before, state.frame, state.templates, state.memory)
        state, event = tracker.step(state, clip[row["frame"]])
        assert event.score == pytest.approx(row["score"], abs=1e-4)
        # The official tracker maps back from the unrounded corner of the crop, this one from where it was cut.
        place = crop_map(before, 5.0, 96)
        shift_x = place.x0 - (before.cx - place.side / 2)
        shift_y = place.y0 - (before.cy - place.side / 2)
        assert max(abs(shift_x), abs(shift_y)) <= 0.5
        x, y, w, h = row["state_after"]
        assert event.box.as_tuple() == pytest.approx((x + shift_x, y + shift_y, w, h), abs=2e-3)
        assert event.updated == (row["online_template_sum_before"] != row["online_template_sum_after"])
        # Candidates are cut around the new box, so the half pixel may move their crop by one: 0.05 for each of 6,912.
        online = state.templates.online[0].sum()
        assert online == pytest.approx(row["online_template_sum_after"], abs=0.05 * 6912)
        assert state.templates.best == pytest.approx(row["max_pred_score_after"], abs=1e-4)
    assert np.abs(state.templates.online[0] - final[0]).mean() < 0.5


def test_step_leaves_earlier_states_as_they_were():
    tracker = Tracker(FakeBackend(_answer()), TrackerConfig(update=UpdateConfig(interval=2)))
    first, _ = tracker.start(FRAME, BOX)
    state, events = first, []
    for _ in range(6):
        state, event = tracker.step(state, FRAME)
        events.append(event)
    again, repeated = first, []
    for _ in range(6):
        again, event = tracker.step(again, FRAME)
        repeated.append(event)
    assert first.frame == 0 and first.box == BOX
    assert [e.box for e in events] == [e.box for e in repeated]


def test_a_frame_is_normalised_rgb_cropped_at_the_factor():
    seen = []

    def answer(search, memory):
        seen.append((search, memory))
        return Answer((0.4, 0.4, 0.6, 0.6), 0.9, EDGES)

    red = np.zeros((90, 120, 3), np.uint8)
    red[..., 0] = 255
    tracker = Tracker(FakeBackend(answer))
    state, _ = tracker.start(red, BOX)
    tracker.step(state, red)
    search, memory = seen[0]
    assert search.shape == (1, 3, 32, 32) and memory.shape == (2, 3, 16, 16)
    assert search[0, :, 16, 16] == pytest.approx([(1 - 0.485) / 0.229, -0.456 / 0.224, -0.406 / 0.225], abs=1e-5)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_output_that_is_not_finite_is_reported_and_the_box_stays(bad):
    tracker = Tracker(FakeBackend(_answer(box_rel=(0.4, bad, 0.6, 0.6))))
    state, _ = tracker.start(FRAME, BOX)
    state, event = tracker.step(state, FRAME)
    assert event.box == BOX and event.lost and "not finite" in event.problem and "frame 1" in event.problem
    assert state.frame == 1


def test_score_that_is_not_finite_is_reported():
    tracker = Tracker(FakeBackend(_answer(score=math.nan)))
    _, event = tracker.step(tracker.start(FRAME, BOX)[0], FRAME)
    assert event.lost and event.problem


def test_low_score_marks_lost_but_reports_the_box():
    config = TrackerConfig(lost_score=0.4)
    for score, lost in ((0.39, True), (0.41, False), (None, False)):
        tracker = Tracker(FakeBackend(_answer(score=score)), config)
        _, event = tracker.step(tracker.start(FRAME, BOX)[0], FRAME)
        assert event.lost is lost and event.score == score and event.box != BOX


def test_without_score_head_templates_never_change():
    tracker = Tracker(FakeBackend(_answer(score=None)), TrackerConfig(update=UpdateConfig(interval=1)))
    state, _ = tracker.start(FRAME, BOX)
    for _ in range(3):
        state, event = tracker.step(state, FRAME)
        assert not event.updated


def test_more_online_templates_reach_the_network():
    counts = []

    def answer(search, memory):
        counts.append(len(memory))
        return Answer((0.4, 0.4, 0.6, 0.6), 0.9, EDGES)

    tracker = Tracker(FakeBackend(answer), TrackerConfig(update=UpdateConfig(interval=2, max_templates=3)))
    state, _ = tracker.start(FRAME, BOX)
    for _ in range(10):
        state, _ = tracker.step(state, FRAME)
    assert counts == [2, 2, 3, 3, 4, 4, 4, 4, 4, 4]


@pytest.mark.parametrize(
    ("box", "words"),
    [
        (Box(200.0, 10.0, 5.0, 5.0), "outside the 120x90 frame"),
        (Box(10.0, 10.0, 0.0, 5.0), "above 0"),
        (Box(10.0, 10.0, 5.0, -5.0), "above 0"),
        (Box(math.nan, 10.0, 5.0, 5.0), "finite"),
    ],
)
def test_bad_start_box_is_named(box, words):
    with pytest.raises(ValueError, match=f"^box: .*{words}"):
        Tracker(FakeBackend(_answer())).start(FRAME, box)


def test_wrong_image_is_named():
    tracker = Tracker(FakeBackend(_answer()))
    with pytest.raises(ValueError, match="^image: expected RGB uint8"):
        tracker.start(FRAME[..., 0], BOX)


@given(
    rel=st.tuples(*[st.floats(-3, 3)] * 4),
    box=st.tuples(st.floats(-20, 110), st.floats(-15, 80), st.floats(0.5, 300), st.floats(0.5, 300)),
)
def test_boxes_stay_inside_the_frame_whatever_the_network_says(rel, box):
    start = Box(*box)
    if start.x2 <= 0 or start.y2 <= 0:
        return
    tracker = Tracker(FakeBackend(_answer(box_rel=rel)))
    _, event = tracker.step(tracker.start(FRAME, start)[0], FRAME)
    found = event.box
    assert found.w >= 10 and found.h >= 10
    assert found.x >= -1e-6 and found.y >= -1e-6 and found.x2 <= 120 + 1e-6 and found.y2 <= 90 + 1e-6
    assert TrackEvent.from_json(event.to_json()) == event


def test_one_pixel_frame_can_be_tracked():
    pixel = np.zeros((1, 1, 3), np.uint8)
    tracker = Tracker(FakeBackend(_answer()))
    _, event = tracker.step(tracker.start(pixel, Box(0.0, 0.0, 1.0, 1.0))[0], pixel)
    assert event.box == Box(0.0, 0.0, 1.0, 1.0)


@pytest.mark.parametrize("kind", ["torch", "onnx"])
def test_several_targets_at_once_are_tracked_as_one_by_one(kind, monkeypatch):
    folder, passes = resolve("mini-small"), []
    model = load_model(folder)
    backend = TorchBackend(model, "cpu") if kind == "torch" else OnnxBackend(resolve_export("mini-small"), threads=1)
    rules = UpdateConfig(interval=3, max_templates=3, min_score=0.0)
    tracker = Tracker(backend, replace(load_tracker_config(folder), update=rules))
    clip = render_clip(0, WorldConfig(frames=14, photographs=False, occlusion=0, leave_frame=0))
    boxes = [Box(*clip.boxes[0]), Box(20.0, 30.0, 40.0, 30.0), Box(200.0, 150.0, 30.0, 50.0)]
    # Each starts a frame after the one before, so that it takes its templates in other frames.
    together = [tracker.start(clip.frames[place], box)[0] for place, box in enumerate(boxes)]
    for place, state in enumerate(together):
        for image in clip.frames[place + 1 : 3]:
            together[place] = state = tracker.step(state, image)[0]
    alone, updated = list(together), [set(), set(), set()]
    locate = model.locate
    monkeypatch.setattr(model, "locate", lambda search, memory: passes.append(len(search)) or locate(search, memory))
    for number, image in enumerate(clip.frames[3:]):
        singly = [tracker.step(state, image, time_s=number) for state in alone]
        passes.clear()
        at_once = tracker.step_all(together, image, time_s=number)
        alike = Counter(len(state.templates.online) for state in together)
        assert sorted(passes) == (sorted(alike.values()) if kind == "torch" else [])
        for place, ((state, event), (other, said)) in enumerate(zip(at_once, singly, strict=True)):
            assert event.box.as_tuple() == pytest.approx(said.box.as_tuple(), abs=0.01)
            assert event.score == pytest.approx(said.score, abs=1e-4) and event.time_s == said.time_s == number
            assert event.updated == said.updated and state.frame == other.frame == number + 3 - place
            assert event.search == said.search and len(state.templates.online) == len(other.templates.online)
            updated[place] |= {number} if event.updated else set()
        together, alone = [state for state, _ in at_once], [state for state, _ in singly]
    assert all(updated) and not updated[0] & updated[1] and not updated[1] & updated[2]
    assert [event.box for _, event in tracker.step_all(together[:1], clip.frames[0])] == [
        tracker.step(together[0], clip.frames[0])[1].box
    ]


def test_no_target_is_no_answer_and_one_that_fails_leaves_the_others():
    tracker = Tracker(FakeBackend(lambda search, memory: Answer((0.4, 0.4, 0.6, 0.6), float(memory.mean()), EDGES)))
    assert tracker.step_all([], FRAME) == []
    states = [tracker.start(FRAME, BOX)[0], tracker.start(FRAME, Box(60.0, 40.0, 20.0, 20.0))[0]]
    states[0] = replace(states[0], memory=np.array(math.nan))
    (_, broken), (_, sound) = tracker.step_all(states, FRAME)
    assert broken.problem and broken.box == BOX and not sound.problem
    assert {"crop", "locate"} <= set(broken.timing_ms) and broken.timing_ms["locate"] == sound.timing_ms["locate"]
