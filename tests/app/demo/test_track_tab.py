"""The tab *Track*: what its buttons and its job send to the page."""

import json
import sys
import tempfile
from pathlib import Path

import gradio as gr
import numpy as np
import pytest

from playground.app.demo import job
from playground.app.demo.clip import open_clip
from playground.app.demo.stopping import StopSign
from playground.app.demo.targets import Targets
from playground.app.demo.track_tab import DOWNLOADS, RESULTS, SETTINGS, begin, end, give_up, model_settings, track_boxes
from playground.box import Box
from playground.video.write import write_video

OPTIONS = (["trail"], 4.5, 200, 0.3)


def _left(path, model, start=3, targets=None):
    clip = open_clip(path)
    return (clip, clip.key, targets or Targets(), start, None, 20, 30, 24, 24, model, "cpu")


def test_a_track_ends_with_a_value_for_every_component(square_clip, toy_model):
    targets = Targets(boxes=(None, Box(60.0, 30.0, 20.0, 20.0)))
    seen, files = [], []
    for step in track_boxes(StopSign(), *_left(square_clip, toy_model, targets=targets), *OPTIONS):
        assert len(step) == 1 + RESULTS
        seen.append(step)
        files = [value for value in step[-len(DOWNLOADS) :] if isinstance(value, str)]
        assert all(Path(file).is_file() for file in files)
    assert [Path(file).suffix for file in files] == [".mp4", ".json", ".csv", ".zip", ".zip"]
    figure = json.loads(seen[-1][4].value["plot"])
    assert len(figure["data"]) == 4  # score and entropy of two targets
    assert not any(Path(file).exists() for file in files)  # gradio has its own copies by then


def test_a_visitor_who_leaves_leaves_nothing_behind(toy_model, tmp_path, monkeypatch):
    write_video(tmp_path / "long.mp4", (np.full((96, 128, 3), i, np.uint8) for i in range(90)), 30)
    outputs = tmp_path / "outputs"
    outputs.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(outputs))
    monkeypatch.setattr(job, "PROGRESS_S", 0.0)
    ignored = []  # what goes wrong while a generator is closed reaches nobody but this hook
    monkeypatch.setattr(sys, "unraisablehook", ignored.append)
    steps = track_boxes(StopSign(), *_left(tmp_path / "long.mp4", toy_model), *OPTIONS)
    for _ in range(70):  # enough for the encoder to have begun to write
        next(steps)
    assert len(list(outputs.glob("*/.*.mp4"))) == 1
    steps.close()
    assert list(outputs.iterdir()) == [] and [error.exc_value for error in ignored] == []


def test_what_is_wrong_is_told_before_a_model_is_loaded(square_clip, monkeypatch):
    monkeypatch.setattr(job, "get_tracker", lambda *_: pytest.fail("loaded a model"))
    clip, key, targets, start, end, x, *others = _left(square_clip, "any")
    for values, words in (
        ((clip, key, targets, start, end, None, *others), "box: drag"),
        ((clip, key, targets, 50, end, x, *others), "start: 50"),
        ((clip, "another", targets, start, end, x, *others), "video: the clip that you see"),
    ):
        with pytest.raises(gr.Error) as raised:
            list(track_boxes(StopSign(), *values, *OPTIONS))
        assert raised.value.message.startswith(words)


def test_stop_and_track_take_turns():
    sign = StopSign(raised=True)
    waiting = begin(sign)
    assert not sign.raised and not waiting[2].interactive and waiting[3].visible
    after = end()
    assert after[0].interactive and not after[1].visible and len(give_up()) == 3


def test_the_settings_of_a_model_are_those_beside_its_weights(toy_model):
    assert dict(zip(SETTINGS, model_settings(toy_model), strict=True))["lost_score"] == 0.125
    assert model_settings("nosuch") == [gr.skip()] * len(SETTINGS)
