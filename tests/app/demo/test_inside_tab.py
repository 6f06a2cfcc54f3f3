"""The tab *Look inside*: controls that fit the view and the model, and values a browser should not send."""

import gradio as gr
import pytest

from playground.app.demo.clip import open_clip
from playground.app.demo.inside_tab import (
    beside,
    fit_controls,
    look,
    look_again,
    model_config,
    read_asked,
    show_controls,
)
from playground.app.demo.looking import VIEWS, Asked
from playground.app.demo.targets import Targets

FIELDS = list(Asked.__dataclass_fields__)
USUAL = (1, "mean", 1.0, 0, 0, [1], 10, "", "", 1, "")


def _left(path, model, start=0):
    clip = open_clip(path)
    return (clip, clip.key, Targets(), start, None, 20, 30, 24, 24, model, "cpu")


def test_a_view_has_its_controls_and_no_others():
    for name, view in VIEWS.items():
        shown = [field for field, update in zip(FIELDS, show_controls(name), strict=True) if update["visible"]]
        assert set(shown) == set(view.takes)


def test_controls_fit_the_model(toy_model):
    view, *controls = fit_controls(toy_model, "budget")
    fitted = dict(zip(FIELDS, controls, strict=True))
    config = model_config(toy_model)
    assert fitted["layer"]["maximum"] == fitted["layer"]["value"] == config.depth - 1 == 3
    assert [value for _, value in fitted["head"]["choices"]] == ["mean", "max", "rollout", "0", "1", "2"]
    assert fitted["row"]["maximum"] == config.search_grid - 1
    assert view["value"] == "budget" and [name for _, name in view["choices"]] == list(VIEWS)
    assert fit_controls("nosuch", "budget") == [gr.skip()] * (1 + len(FIELDS))


def test_a_dense_model_is_offered_the_views_that_it_has(dense_model):
    for shown, expected in (("attention", "edges"), ("layers", "layers")):
        view = fit_controls(dense_model, shown)[0]
        assert view["value"] == expected and "attention" not in [name for _, name in view["choices"]]
        assert {"corners", "similarity", "difference"} <= {name for _, name in view["choices"]}


def test_the_teacher_is_laid_beside_a_student_and_a_student_beside_the_teacher(toy_model):
    assert beside("mini-small") == "mini-teacher" and beside("mini-teacher") == "mini-small"
    assert beside(toy_model) is None  # which cuts its crops in another way than the family


def test_a_look_shows_its_figure_and_looks_again_only_after_one(square_clip, toy_model):
    stage, figure, style = look(*_left(square_clip, toy_model), "budget", 4, *USUAL)
    assert not stage.visible and figure.visible and "#view-figure" in style
    assert look_again(None, *_left(square_clip, toy_model), "budget", 4, *USUAL) == [gr.skip()] * 3
    assert look_again(figure, *_left(square_clip, toy_model), "budget", 4, *USUAL)[1].visible


def test_a_frame_beyond_the_clip_is_its_last_one(square_clip, toy_model):
    assert look(*_left(square_clip, toy_model, start=9), "budget", 60, *USUAL)[1].visible
    with pytest.raises(gr.Error, match="frame: choose one from"):
        look(*_left(square_clip, toy_model, start=11), "budget", 1, *USUAL)


def test_what_is_asked_is_read():
    assert read_asked(2, "1", 0.5, 3, 4, [2, 0], 20, "12, 40", " 5 ", 0.5, "a/b") == Asked(
        layer=2,
        head=1,
        temperature=0.5,
        row=3,
        column=4,
        blocks=(0, 2),
        step=20,
        force=(12, 40),
        veto=(5,),
        mass=0.5,
        other="a/b",
    )
    assert read_asked(*USUAL).head == "mean"
    with pytest.raises(ValueError, match="^force: write numbers of frames"):
        read_asked(2, "mean", 1, 0, 0, [], 0, "12; DROP", "", 1, "")
