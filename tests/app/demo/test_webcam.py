"""The webcam's state is a value: two visitors cannot disturb each other, and a frame's size does not matter."""

import shutil
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from playground.app.demo.toggle import get_tracker
from playground.app.demo.webcam import Drawn, Live, draw_on, follow_live
from playground.box import Box
from playground.follow import follow

FRACTIONS = (20 / 128, 30 / 96, 24 / 128, 24 / 96)


@pytest.fixture
def frames(square_clip, choose):
    return [frame.image for frame in choose().clip.read(0)]


@pytest.fixture
def drawn() -> Drawn:
    return draw_on(Drawn(), list(FRACTIONS))


def _boxes(frames, model, drawn, live=None):
    live, told = live or Live(), []
    for image in frames:
        live, said = follow_live(live, drawn, image, model, "cpu")
        told.append(said)
    return live, told


def test_it_follows_as_a_track_of_the_same_frames_does(frames, drawn, toy_model, choose):
    _, told = _boxes(frames, toy_model, drawn)
    events = [event for _, event in follow(get_tracker(toy_model, "cpu"), choose().clip.read(0), Box(20, 30, 24, 24))]
    for said, event in zip(told, events, strict=True):
        x, y, w, h = event.box.as_tuple()
        assert said["box"] == pytest.approx([x / 128, y / 96, w / 128, h / 96]) and said["score"] == event.score
    assert told[-1]["fps"] > 0 and told[-1]["ms"] > 0


def test_without_a_box_nothing_is_drawn_and_an_old_state_can_be_taken_up_again(frames, drawn, toy_model):
    live, told = _boxes(frames[:2], toy_model, Drawn())
    assert [said["box"] for said in told] == [None, None] and live.state is None
    half, _ = _boxes(frames[:5], toy_model, drawn)
    once, again = (_boxes(frames[5:], toy_model, drawn, half)[1][-1]["box"] for _ in range(2))
    assert once == again


def test_a_new_box_and_a_click_begin_anew(frames, drawn, toy_model):
    live, _ = _boxes(frames[:3], toy_model, drawn)
    cleared, said = follow_live(live, draw_on(drawn, None), frames[3], toy_model, "cpu")
    assert cleared.state is None and said["box"] is None
    moved, said = follow_live(live, draw_on(drawn, [0.5, 0.5, 0.2, 0.2]), frames[3], toy_model, "cpu")
    assert said["box"] == pytest.approx([0.5, 0.5, 0.2, 0.2]) and moved.state.frame == 0
    with pytest.raises(ValueError, match="^box: "):
        draw_on(drawn, [0.1, "a", 0.2, 0.2])


def test_what_is_drawn_while_a_frame_is_on_its_way_is_not_undone(frames, drawn, toy_model):
    on_its_way, _ = follow_live(Live(), Drawn(), frames[0], toy_model, "cpu")  # begun before, ends after the drawing
    live, said = follow_live(on_its_way, drawn, frames[1], toy_model, "cpu")
    assert live.state is not None and said["box"] == pytest.approx(FRACTIONS)


def test_another_model_goes_on_from_the_box(frames, drawn, toy_model, tmp_path):
    other = shutil.copytree(toy_model, tmp_path / "other")
    live, told = _boxes(frames[:3], toy_model, drawn)
    live, said = follow_live(live, drawn, frames[3], str(other), "cpu")
    assert said["box"] == pytest.approx(told[-1]["box"]) and live.model == str(other)


def test_what_is_wrong_is_told(toy_model):
    image = np.zeros((48, 64, 3), np.uint8)
    with pytest.raises(ValueError, match="^box: "):
        follow_live(Live(), draw_on(Drawn(), [2.0, 0.0, 0.1, 0.1]), image, toy_model, "cpu")
    with pytest.raises(ValueError, match="^model: "):
        follow_live(Live(), Drawn(), image, "nosuch", "cpu")


def test_where_gpus_are_lent_the_cpu_follows(frames, drawn, toy_model, monkeypatch):
    """Outside of what asked for a GPU, touching one fails."""
    monkeypatch.setitem(sys.modules, "spaces", SimpleNamespace())
    live, said = follow_live(Live(), drawn, frames[0], toy_model, "gpu")
    assert said["box"] == pytest.approx(FRACTIONS) and live.device == "cpu"
