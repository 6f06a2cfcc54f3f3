"""The tab *Distil*: what its job sends to the page, and values a browser should not send."""

import zipfile
from pathlib import Path

import gradio as gr
import pytest

from playground.app.demo import distilling
from playground.app.demo.clip import open_clip
from playground.app.demo.distil_tab import RESULTS, WEIGHTS, begin, fit_model, give_up, read_lesson, teach
from playground.app.demo.stopping import StopSign
from playground.app.demo.targets import Targets
from playground.train_config import DataConfig


def test_a_lesson_ends_with_a_value_for_every_component(square_clip, toy_model, monkeypatch):
    monkeypatch.setattr(distilling, "DATA", DataConfig(synthetic_clips=2, world="plain"))
    distilling._world.cache_clear()
    clip = open_clip(square_clip)
    left = (clip, clip.key, Targets(), 0, 5, 20, 30, 24, 24, toy_model, "cpu")
    stages, curves = [], 0
    for step in teach(StopSign(), *left, [1], 3, "5e-4", 5, 2, 5, 0.2):
        assert len(step) == RESULTS
        stages.append(step[0])
        curves += step[1] != gr.skip()  # one a step of training, and the last one again
        if isinstance(step[-1], str):
            with zipfile.ZipFile(step[-1]) as archive:
                assert {"model.safetensors", "config.json", "tracker.json"} <= set(archive.namelist())
            assert Path(step[-2]).is_file() and step[3].visible and "teacher" in step[4]
    distilling._world.cache_clear()
    assert curves == 3 + 1 and "width: 100.0%" in stages[2] and "Teacher and student" in stages[3]
    assert not stages[-1].visible and isinstance(step[-1], str)


def test_a_lesson_is_read_and_the_paper_fills_in():
    lesson = read_lesson([2, 0], 40.0, "2e-3", {"edges": 1})
    assert lesson.removed == (0, 2) and lesson.steps == 40 and lesson.lr == 2e-3
    assert lesson.weights == {"l1": 5.0, "iou": 2.0, "edges": 1, "features": 0.2} and set(lesson.weights) == set(
        WEIGHTS
    )


@pytest.mark.parametrize(
    ("values", "name"),
    [(([0], 10, "1", {}), "rate"), (([0], 10, "5e-4", {"glow": 1}), "weights"),
     (([0], 10, "5e-4", {"l1": "5"}), "weights"), (("0", 10, "5e-4", {}), "blocks"),
     ((["a"], 10, "5e-4", {}), "blocks")],
)  # fmt: skip
def test_anything_else_is_refused(values, name):
    with pytest.raises(ValueError, match=f"^{name}: "):
        read_lesson(*values)


def test_the_blocks_are_those_of_the_model(toy_model):
    blocks, button, note = fit_model(toy_model)
    assert blocks["choices"] == [0, 1, 2, 3] and button.interactive and not note.visible
    assert fit_model("nosuch") == [gr.skip()] * 3


def test_a_model_that_cannot_teach_is_told_before_the_click(dense_model):
    _, button, note = fit_model(dense_model)
    assert not button.interactive and note.visible and "has a corner head" in note.value


def test_the_buttons_take_turns():
    sign = StopSign(raised=True)
    assert begin(sign)[3].visible and not sign.raised and give_up()[1].interactive
