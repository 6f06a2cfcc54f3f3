"""Looking inside: the frame is the one that tracking would have come to, and every view takes what it says."""

from dataclasses import replace

import numpy as np
import pytest

from playground.app.demo import looking
from playground.app.demo.looking import VIEWS, Asked, capture, draw, sight
from playground.app.demo.toggle import get_tracker
from playground.box import Box
from playground.follow import follow
from playground.visualise.inside import look_inside


def test_the_frame_is_seen_as_the_tracker_sees_it(choose, toy_model):
    chosen = choose(start=2)
    inside, crops = capture(sight(chosen, 7))
    tracker = get_tracker(toy_model, "cpu")
    events = [event for _, event in follow(tracker, chosen.clip.read(2), chosen.boxes[0])]
    assert crops.place.region == events[5].search and events[5].index == 7
    assert inside.score == pytest.approx(events[5].score, abs=1e-5)
    assert np.allclose(inside.edges[-1], events[5].edges, atol=1e-5)


def test_a_frame_is_captured_once_for_all_figures(choose, monkeypatch):
    looked = []
    monkeypatch.setattr(looking, "look_inside", lambda model, crops: looked.append(1) or look_inside(model, crops))
    capture.cache_clear()
    for layer in (0, 1):
        draw("attention", choose(end=5), 4, Asked(layer=layer))
        draw("attention", choose(end=9), 4, Asked(layer=layer))
    assert looked == [1]
    draw("budget", choose(boxes=(Box(30.0, 30.0, 20.0, 20.0),)), 4, Asked())
    assert looked == [1, 1]


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_drawn_and_what_it_takes_changes_it(choose, view, monkeypatch):
    monkeypatch.setattr(looking, "COSTS_REPEATS", 1)
    usual = Asked(layer=1, blocks=(1,))
    other = Asked(
        layer=2, head=0, temperature=2.0, row=3, column=4, blocks=(2,), step=20, force=(3, 8), veto=(5,)
    )  # fmt: skip
    figure = draw(view, choose(), 6, usual)
    assert figure.layout.height > 100 and figure.layout.title.text
    for name in VIEWS[view].takes:
        asked = replace(usual, **{name: getattr(other, name)})
        if name == "veto":  # of a template that was going to be taken; with random weights there is none
            with pytest.raises(ValueError, match="^veto: choose frames"):
                draw(view, choose(), 6, replace(usual, veto=(99,)))
            continue
        assert draw(view, choose(), 6, asked).to_json() != figure.to_json(), name


def test_what_is_wrong_is_told(choose):
    chosen = choose(start=3)
    for number in (3, 12, 99):
        with pytest.raises(ValueError, match=r"^frame: choose one from 4 to 11, after the start"):
            draw("attention", chosen, number, Asked())
    with pytest.raises(ValueError, match="^view: must be one of attention, "):
        draw("glow", chosen, 5, Asked())
    with pytest.raises(ValueError, match=r"^layer: this model has layers 0\.\.3; got 9"):
        draw("attention", chosen, 5, Asked(layer=9))
