"""A live view as a value: what its controls say, its files, and what a notebook gets of it."""

import sys
from base64 import b64decode
from pathlib import Path

import cv2
import numpy as np
import plotly.graph_objects as go
import pytest

from playground.visualise.live.view import (
    Control,
    Live,
    choice,
    in_a_sentence,
    in_its_place,
    numbers,
    pick,
    show,
    steps,
)


def _draw(level, marks):
    if level > 1:
        raise ValueError(f"level: too high <here>; got {level}.")
    return go.Figure({"data": [{"type": "scatter", "y": [level, *marks]}], "layout": {"height": 200}})


VIEW = Live(
    name="levels", draw=_draw, controls={"level": numbers("level", 2), "marks": choice("m", (5, 6), (), "several")}
)
EMPTY = show(go.Figure({"layout": {"height": 120, "paper_bgcolor": "#00ff00", "template": "none"}}), "green")


def test_controls_by_kind():
    assert numbers("layer", 3, 2) == Control(title="layer", values={"0": 0, "1": 1, "2": 2}, start=2, kind="slider")
    assert steps("share", (0.5, 1), 1, ".0%").values == {"50%": 0.5, "100%": 1}
    assert choice("head", ("mean", 0), 0) == Control(
        title="head", values={"mean": "mean", "0": 0}, start=0, kind="list"
    )


def test_a_view_draws_what_is_chosen_and_what_is_changed():
    assert list(VIEW.figure().data[0].y) == [0]
    assert list(VIEW.figure(level=1, marks=(6,)).data[0].y) == [1, 6]
    assert VIEW.chosen == {"level": 0, "marks": ()}
    with pytest.raises(ValueError, match="colour: this view has no such control; it has level, marks"):
        VIEW.figure(colour="red")


def test_what_cannot_be_drawn_is_a_sentence_that_is_no_markup():
    with pytest.raises(ValueError, match="level: too high"):
        VIEW.figure(level=2)
    assert in_a_sentence(VIEW, level=2) == "level: too high &lt;here&gt;; got 2."


def test_a_maker_s_refusal_stands_in_the_view_s_place():
    @in_its_place
    def level_view(level, *, high=1):
        if level > high:
            raise ValueError("level: too high.")
        return VIEW

    assert level_view(2, high=3) is VIEW
    refused = level_view(2)
    assert refused.name == "level" and in_a_sentence(refused) == "level: too high."


def test_one_of_several_frames():
    assert pick("abc", 2) == "c"
    with pytest.raises(ValueError, match="frame: choose from 0..2; got 3"):
        pick("abc", 3)
    with pytest.raises(ValueError, match="frames: give at least one"):
        pick([], 0)


@pytest.mark.parametrize(("place", "stem"), [("out", "out/green"), ("some/thing.png", "some/thing"), ("a.html", "a")])
def test_static_files_go_into_a_folder_or_where_a_path_says(tmp_path, chromium, place, stem):
    html, png = EMPTY.to_static(tmp_path / place)
    assert (html, png) == (tmp_path / f"{stem}.html", tmp_path / f"{stem}.png")
    picture = cv2.imread(str(png))
    assert tuple(picture[60, 400]) == (0, 255, 0) and "#00ff00" in html.read_text()


def test_without_a_place_files_go_into_the_present_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert EMPTY.to_static(png=False) == [Path("green.html")] and Path("green.html").is_file()


def test_without_a_browser_the_page_can_still_be_written(tmp_path, no_chromium):
    with pytest.raises(ValueError, match="browser: no Chromium here .*; png=False writes the page alone."):
        VIEW.to_static(tmp_path)
    assert not list(tmp_path.iterdir())
    assert VIEW.to_static(tmp_path, png=False) == [tmp_path / "levels.html"]


def test_nothing_is_written_of_what_cannot_be_drawn(tmp_path):
    with pytest.raises(ValueError, match="level: too high"):
        VIEW.to_static(tmp_path, level=2)
    assert not list(tmp_path.iterdir())


def test_a_notebook_gets_a_widget_and_a_picture(chromium):
    pytest.importorskip("anywidget")
    bundle = EMPTY._repr_mimebundle_(include=None)
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    picture = cv2.imdecode(np.frombuffer(b64decode(bundle["image/png"]), np.uint8), cv2.IMREAD_COLOR)
    assert np.abs(picture[60, 400].astype(int) - (0, 255, 0)).max() < 20


def test_without_widgets_there_is_the_picture_alone(chromium, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    monkeypatch.delitem(sys.modules, "playground.visualise.live.panel", raising=False)
    monkeypatch.delitem(sys.modules, "playground.visualise.live.canvas", raising=False)
    assert set(EMPTY._repr_mimebundle_()) == {"image/png", "text/plain"}
