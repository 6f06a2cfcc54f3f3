"""Curves appear in a notebook and nowhere else, and the events come through unchanged."""

import json
from dataclasses import replace
from types import SimpleNamespace

import IPython
import pytest

from playground.events import TrainEvent
from playground.lesson.follow import curves, follow_curves

LOSSES = {"student_iou": 0.2, "l1": 0.5, "iou": 1.0}
EVENTS = [TrainEvent(step=i, steps=3, losses=LOSSES, lr=0.1, samples_s=5.0) for i in (1, 2, 3)]


def test_outside_of_a_notebook_nothing_is_shown(monkeypatch):
    monkeypatch.setattr("IPython.display.display", lambda *_, **__: pytest.fail("something was shown"))
    assert list(follow_curves(iter(EVENTS), "deep")) == EVENTS


def test_in_a_notebook_the_figure_ends_with_all_steps_and_a_picture(monkeypatch):
    shown = []

    def display(bundle, raw, display_id):
        shown.append(bundle)
        return SimpleNamespace(update=lambda bundle, raw: shown.append(bundle))

    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setattr("IPython.display.display", display)
    monkeypatch.setattr("playground.lesson.follow.EVERY_S", 0.0)
    drawn = []
    monkeypatch.setattr(
        "playground.lesson.follow.still",
        lambda name, figure: drawn.append(figure) or {"image/png": "", "text/plain": name},
    )
    module = pytest.importorskip("playground.visualise.live.canvas")
    make, changes = module.canvas, []

    def watched(text):
        made = make(text)
        made.shown.observe(lambda change: changes.append(change["new"]), names="value")
        return made

    monkeypatch.setattr(module, "canvas", watched)
    assert list(follow_curves(iter(EVENTS), "deep")) == EVENTS
    first, last = shown
    assert "application/vnd.jupyter.widget-view+json" in first and "image/png" not in first
    assert {"application/vnd.jupyter.widget-view+json", "image/png"} <= set(last)
    assert [list(trace.x) for trace in drawn[0].data] == [[1, 2, 3]] * 3
    assert drawn[0].layout.title.text == "Training: deep"
    # The page is told of a change by a text of ipywidgets' own, which no slow start can lose.
    assert json.loads(changes[-1])["data"][0]["x"] == [1, 2, 3]


def test_a_network_without_a_teacher_is_no_student():
    taught = [replace(event, losses=LOSSES | {"teacher_iou": 0.5}) for event in EVENTS]
    names = [[trace.name for trace in curves(events, "deep").data[:2]] for events in (EVENTS, taught)]
    assert names == [["network", "box, L1"], ["teacher", "student"]]


def test_a_run_without_events_shows_nothing(monkeypatch):
    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel=object()))
    assert list(follow_curves(iter(()), "deep")) == []
