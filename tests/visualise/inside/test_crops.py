"""The crops of a view are the very ones that the tracker hands to its network."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from playground.box import Box
from playground.config import PRESETS, CropConfig, TrackerConfig
from playground.crop import normalise
from playground.tracker import Answer, Tracker
from playground.visualise.inside.crops import as_pictures, box_of, cut, cut_clip, cut_step, overlap


@dataclass
class Spy:
    """A backend that keeps what it is shown and answers that the target fills the middle."""

    template_size: int = 32
    search_size: int = 64
    templates: list = field(default_factory=list)
    searches: list = field(default_factory=list)

    def encode(self, templates):
        self.templates.append(templates)

    def locate(self, search, memory):
        self.searches.append(search)
        return Answer((0.4, 0.4, 0.6, 0.6), 0.9, np.full((4, 8), 1 / 8))


def test_a_step_is_cut_as_the_tracker_cuts_it(clip):
    spy = Spy()
    tracker = Tracker(spy, TrackerConfig())
    state, _ = tracker.start(clip.frames[0], Box(*clip.boxes[0].tolist()))
    truth = Box(*clip.boxes[1].tolist())
    crops = cut_step(tracker, state, clip.frames[1], truth)
    tracker.step(state, clip.frames[1])
    rules = tracker.config.crop
    np.testing.assert_array_equal(normalise(crops.search, rules.mean, rules.std), spy.searches[0])
    for shown, seen in zip(crops.templates, spy.templates[0], strict=True):
        np.testing.assert_array_equal(normalise(shown, rules.mean, rules.std)[0], seen)
    np.testing.assert_allclose(crops.place.to_frame(crops.truth_rel).as_tuple(), truth.as_tuple())


def test_pictures_come_back_from_normalised_templates():
    rules = CropConfig()
    pictures = np.random.default_rng(0).integers(0, 256, (2, 8, 8, 3), np.uint8)
    templates = np.concatenate([normalise(picture, rules.mean, rules.std) for picture in pictures])
    np.testing.assert_array_equal(as_pictures(templates, rules), pictures)


def test_cut_keeps_order_and_sizes(clip):
    model, boxes = PRESETS["toy-deep"], [Box(*box) for box in clip.boxes.tolist()]
    frames = [(clip.frames[i], boxes[i]) for i in (0, 5)]
    crops = cut(model, CropConfig(), frames, clip.frames[6], boxes[5])
    assert crops.templates.shape == (2, 32, 32, 3) and crops.search.shape == (64, 64, 3) and crops.truth_rel is None
    swapped = cut(model, CropConfig(), frames[::-1], clip.frames[6], boxes[5])
    np.testing.assert_array_equal(swapped.templates, crops.templates[::-1])
    with pytest.raises(ValueError, match="templates: give at least one"):
        cut(model, CropConfig(), [], clip.frames[6], boxes[5])


def test_a_clip_gives_search_regions_off_the_target(clip):
    crops = cut_clip(PRESETS["toy-deep"], CropConfig(), clip.frames, clip.boxes, 4)
    assert len(crops) == 4 and all(one.templates.shape[0] == 2 for one in crops)
    centres = [((x1 + x2) / 2, (y1 + y2) / 2) for x1, y1, x2, y2 in (one.truth_rel for one in crops)]
    assert all(0.2 < value < 0.8 for centre in centres for value in centre)
    assert max(abs(x - 0.5) + abs(y - 0.5) for x, y in centres) > 0.1
    # The first and the last usable frame are among them.
    for one, i in ((crops[0], 1), (crops[-1], len(clip.frames) - 1)):
        np.testing.assert_allclose(one.place.to_frame(one.truth_rel).as_tuple(), clip.boxes[i])


def test_frames_without_a_box_are_passed_over(clip):
    boxes = clip.boxes.copy()
    boxes[3] = (5, 5, 0, 0)
    crops = cut_clip(PRESETS["toy-deep"], CropConfig(), clip.frames, boxes, 7)
    found = [one.place.to_frame(one.truth_rel).as_tuple() for one in crops]
    assert all(box[2] >= 1 for box in found)


def test_a_clip_that_will_not_do_is_told_so(clip):
    model, rules = PRESETS["toy-deep"], CropConfig()
    with pytest.raises(ValueError, match="frames: a clip needs at least 2 frames; got 1"):
        cut_clip(model, rules, clip.frames[:1], clip.boxes[:1], 1)
    with pytest.raises(ValueError, match="count: must be at least 1"):
        cut_clip(model, rules, clip.frames, clip.boxes, 0)
    with pytest.raises(ValueError, match="boxes: frame 0"):
        cut_clip(model, rules, clip.frames, np.zeros_like(clip.boxes), 1)


def test_overlap_counts_like_pixels():
    a, b = (0.1, 0.2, 0.6, 0.7), (0.3, 0.1, 0.8, 0.5)
    grid = (np.arange(1000) + 0.5) / 1000
    masks = [((grid > y1) & (grid < y2))[:, None] & ((grid > x1) & (grid < x2)) for x1, y1, x2, y2 in (a, b)]
    assert overlap(a, b) == pytest.approx((masks[0] & masks[1]).sum() / (masks[0] | masks[1]).sum(), abs=1e-3)
    assert overlap((0.5, 0.5, 0.4, 0.6), a) == 0 and box_of((0.5, 0.5, 0.4, 0.6)).w == 0
