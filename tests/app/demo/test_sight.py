"""One frame: it is the one that tracking would have come to, and another model is shown the same part of it."""

import numpy as np
import pytest

from playground.app.demo.looking import Asked, draw
from playground.app.demo.sight import capture, capture_pair, sight
from playground.app.demo.toggle import get_tracker
from playground.box import Box
from playground.config import PRESETS, CropConfig, TrackerConfig
from playground.follow import follow
from playground.hub import save_model
from playground.model import MixFormer
from playground.visualise.inside.capture import look_inside


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

    def counted(model, crops):
        looked.append(1)
        return look_inside(model, crops)

    monkeypatch.setattr("playground.visualise.inside.capture.look_inside", counted)
    capture.cache_clear()
    for layer in (0, 1):
        draw("attention", choose(end=5), 4, Asked(layer=layer))
        draw("attention", choose(end=9), 4, Asked(layer=layer))
    assert looked == [1]
    draw("budget", choose(boxes=(Box(30.0, 30.0, 20.0, 20.0),)), 4, Asked())
    assert looked == [1, 1]


def test_another_model_sees_the_same_crops(choose, toy_model, wide_model, dense_model):
    place = sight(choose(start=2), 7)
    own, same = capture_pair(place, toy_model)
    assert np.array_equal(own.edges, same.edges) and np.array_equal(own.crops.search, same.crops.search)
    _, wide = capture_pair(place, wide_model)
    assert wide.crops.place.region == own.crops.place.region and len(wide.crops.templates) == len(own.crops.templates)
    assert wide.crops.search.shape[0] == wide.config.search_size > own.config.search_size
    assert wide.crops.templates.shape[1] == wide.config.template_size > own.config.template_size
    # The same picture at another size.
    assert wide.crops.templates.mean() == pytest.approx(own.crops.templates.mean(), abs=2)
    assert capture_pair(place, dense_model)[1].corners is not None


def test_a_model_that_cuts_otherwise_cannot_be_laid_beside(choose, tmp_path):
    far = TrackerConfig(crop=CropConfig(search_factor=2.0))
    save_model(MixFormer(PRESETS["toy-small"]), far, tmp_path / "far")
    with pytest.raises(ValueError, match="^other: .* cuts its crops in another way"):
        capture_pair(sight(choose(), 4), str(tmp_path / "far"))
    with pytest.raises(ValueError, match="^other: choose a model"):
        capture_pair(sight(choose(), 4), "")
