"""What the page does with what it is given: good values, values a browser should not send, and failures."""

import logging
import sys
import tempfile
from pathlib import Path

import gradio as gr
import numpy as np
import pytest

from playground.app import job, page_events
from playground.app.clip import open_clip
from playground.app.page_events import (
    RESULTS,
    SETTINGS,
    StopSign,
    begin_track,
    model_settings,
    raise_stop,
    run_track,
    show_clip,
    show_frame,
    show_upload,
    take_box,
    toasts,
    track_file,
)
from playground.box import Box
from playground.video.write import write_video

DEFAULTS = (4.5, 200, 0.3)


def _said(call, *arguments) -> str:
    with pytest.raises(gr.Error) as raised:
        result = call(*arguments)
        list(result)
    return raised.value.message


def test_a_sentence_is_shown_and_anything_else_is_only_logged(caplog):
    def fail(error: Exception) -> None:
        with toasts():
            raise error

    assert _said(fail, ValueError("box: too small.")) == "box: too small."
    with caplog.at_level(logging.ERROR):
        assert "secret" not in _said(fail, KeyError("secret"))
    assert "secret" in caplog.text


def test_a_chosen_clip_fills_picker_slider_and_numbers(square_clip):
    clip, picker, slider, *numbers = show_clip(open_clip(square_clip), Box(1.0, 2.0, 3.0, 4.0))
    assert clip.frames == 12 and picker["width"] == 128 and numbers == [1, 2, 3, 4]
    assert (slider.maximum, slider.value) == (11, 0)
    assert show_upload(str(square_clip))[3:] == [None] * 4


def test_another_frame_keeps_the_box(square_clip):
    clip = open_clip(square_clip)
    first, later = (show_frame(clip, index, 1, 2, 3, 4) for index in (0, 9))
    assert first["box"] == later["box"] == [1, 2, 3, 4] and first["image"] != later["image"]
    assert show_frame(clip, 3, None, None, None, None)["box"] is None
    assert _said(show_frame, clip, 99, 1, 2, 3, 4).startswith("start: 99 is beyond")


def test_a_dragged_box_is_checked():
    assert take_box(gr.EventData(None, {"box": [1.4, 2.6, 3, 4]})) == [1, 3, 3, 4]
    for data in ({}, {"box": None}, {"box": ["<b>", 1, 2, 3]}, {"box": [1, 2, 3]}):
        assert _said(take_box, gr.EventData(None, data)).startswith("box: ")


def test_the_settings_of_a_model_are_those_beside_its_weights(toy_model):
    assert dict(zip(SETTINGS, model_settings(toy_model), strict=True))["lost_score"] == 0.125
    assert _said(model_settings, "nosuch").startswith("model: 'nosuch' is unknown")


def test_stop_is_for_one_track_only():
    sign = StopSign()
    raise_stop(sign)
    assert sign.raised
    begin_track(sign)
    assert not sign.raised


def test_a_track_ends_with_a_value_for_every_component(square_clip, toy_model):
    numbers = (20, 30, 24, 24, *DEFAULTS)
    steps = run_track(StopSign(), open_clip(square_clip), toy_model, "cpu", 3, *numbers)
    seen = []
    for step in steps:
        assert len(step) == 1 + RESULTS
        seen.append(step)
        files = [value for value in step[-4:] if isinstance(value, str)]
        assert all(Path(file).is_file() for file in files)
    assert [Path(file).suffix for file in files] == [".mp4", ".csv", ".json", ".txt"]
    assert len(seen[-1][4].data[0].x) == 8  # frames 4 to 11 have a score
    assert not any(Path(file).exists() for file in files)  # gradio has its own copies by then


def test_a_visitor_who_leaves_leaves_nothing_behind(toy_model, tmp_path, monkeypatch):
    write_video(tmp_path / "long.mp4", (np.full((48, 64, 3), i, np.uint8) for i in range(90)), 30)
    outputs = tmp_path / "outputs"
    outputs.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(outputs))
    monkeypatch.setattr(job, "PROGRESS_S", 0.0)
    ignored = []  # what goes wrong while a generator is closed reaches nobody but this hook
    monkeypatch.setattr(sys, "unraisablehook", ignored.append)
    steps = run_track(StopSign(), open_clip(tmp_path / "long.mp4"), toy_model, "cpu", 0, 10, 10, 20, 20, *DEFAULTS)
    for _ in range(80):  # enough for the encoder to have begun to write
        next(steps)
    assert len(list(outputs.glob("*/.*.mp4"))) == 1
    steps.close()
    assert list(outputs.iterdir()) == [] and [error.exc_value for error in ignored] == []


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((None, 30, 24, 24), "box: drag a box around the target"),
        ((20, 30, 0, 24), "box: width and height must be above 0 pixels"),
        ((900, 30, 24, 24), "box: 900,30,24,24 lies outside the 128x96 frame"),
    ],
)
def test_a_wrong_box_is_told_before_a_model_is_loaded(square_clip, monkeypatch, numbers, words):
    monkeypatch.setattr(page_events, "get_tracker", lambda *_: pytest.fail("loaded a model"))
    said = _said(run_track, StopSign(), open_clip(square_clip), "any", "cpu", 0, *numbers, *DEFAULTS)
    assert said.startswith(words)


def test_a_program_gets_files_and_summary_or_a_sentence(square_clip, toy_model):
    for video, boxes, summary in track_file(str(square_clip), 20, 30, 24, 24, 0, toy_model):
        assert Path(video).is_file() and len(boxes) == 3 and summary.startswith("12 frames in")
    assert _said(track_file, None, 20, 30, 24, 24, 0, toy_model).startswith("video: ")
    assert _said(track_file, str(square_clip), 20, 30, 24, 24, 50, toy_model).startswith("start: 50")
