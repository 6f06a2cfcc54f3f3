"""Views of two networks: the figures that their controls ask for, and a sentence where the two do not go together."""

from dataclasses import replace

import numpy as np

from playground.box import Box
from playground.events import TrackEvent
from playground.visualise.inside import corners_figure, difference_figure, similarity_figure, swipe_figure
from playground.visualise.live.pair_views import corners_view, difference_view, similarity_view, swipe_view
from playground.visualise.live.view import in_a_sentence

FRAMES = [np.full((40, 60, 3), 30 * i, np.uint8) for i in range(3)]


def _track(lefts):
    return [TrackEvent(index=7 + i, time_s=0.0, box=Box(x, 5, 20, 20)) for i, x in enumerate(lefts)]


ONE, OTHER = _track([0, 0, 0]), _track([0, 5, 19])


def test_corner_maps_frame_by_frame(seen, seen_dense):
    view = corners_view(seen_dense, seen)
    assert view.figure(frame=1) == corners_figure(seen_dense[1], seen[1])
    assert in_a_sentence(corners_view(seen, seen)).startswith("teacher: has no corner head")


def test_the_difference_by_layers_of_both(seen, seen_dense):
    view = difference_view(seen_dense, seen)
    asked = difference_figure(seen_dense[1], seen[1], layers=(0, 2), head="max")
    assert view.figure(frame=1, theirs_layer=0, ours_layer=2, head="max") == asked
    assert view.figure() == difference_figure(seen_dense[0], seen[0])
    assert in_a_sentence(view, head="rollout").startswith("head: over all tokens")


def test_the_swipe_by_frame_and_seam():
    view = swipe_view(FRAMES, ONE, OTHER, start=1)
    assert view.controls["place"].values == {"7": 0, "8": 1, "9": 2}
    assert view.figure(place=2, seam=0.25) == swipe_figure(FRAMES, ONE, OTHER, place=2, seam=0.25)


def test_a_clip_of_one_frame_cannot_be_compared():
    told = in_a_sentence(swipe_view(FRAMES[:1], ONE[:1], OTHER[:1]))
    assert told == "events: a comparison needs a clip of at least 2 frames; got 1."
    assert in_a_sentence(swipe_view([], [], [])).startswith("events: a comparison needs")


def test_similarity_over_all_frames_or_one(seen, seen_dense):
    view = similarity_view(seen, seen_dense, pairs=[(2, 1)])
    assert list(view.controls["frame"].values.values()) == [None, 0, 1]
    assert view.figure() == similarity_figure(seen, seen_dense, pairs=[(2, 1)])
    assert view.figure(frame=1) == similarity_figure(seen[1:], seen_dense[1:], pairs=[(2, 1)])
    other = replace(seen_dense[0], crops=replace(seen_dense[0].crops, place=seen[1].crops.place))
    assert in_a_sentence(similarity_view(seen[0], other)).startswith("crops: both models must look at the same")
