"""A clip of one's own: what is taken of it, and the same parts of its frames for models of different sizes."""

from dataclasses import replace

import numpy as np
import pytest

from playground.box import Box
from playground.config import PRESETS, CropConfig
from playground.events import TrackEvent
from playground.video.synthetic import EXAMPLES, render_clip
from playground.visualise.inside.footage import Footage, cut_footage, open_footage

RULES = CropConfig()


@pytest.fixture
def footage(clip):
    return open_footage(clip.frames, clip.boxes[0].tolist(), count=6)


def _events(clip, count):
    return [TrackEvent(index=i, time_s=0.0, box=Box(*clip.boxes[i].tolist())) for i in range(count)]


def test_a_video_gives_as_many_frames_as_asked(clip, footage):
    assert len(footage.frames) == 6 and footage.truth is None
    np.testing.assert_array_equal(footage.frames[5].image, clip.frames[5])
    assert footage.box == Box(*clip.boxes[0].tolist())


def test_without_a_video_there_is_a_clip_with_true_boxes():
    footage = open_footage(count=3)
    assert len(footage.frames) == len(footage.truth) == 3 and footage.box == footage.truth[0]


def test_regions_lie_around_the_box_of_the_frame_before(clip, footage, small, dense):
    events = _events(clip, 6)
    crops, others = (cut_footage(model.config, RULES, footage, events, 3) for model in (small, dense))
    for one, other, frame in zip(crops, others, (1, 3, 5), strict=True):
        region, box = one.place.region, events[frame - 1].box
        assert (region.cx, region.cy) == pytest.approx((box.cx, box.cy), abs=1)
        assert region == other.place.region and one.truth_rel is None
    assert crops[0].search.shape[0] == small.config.search_size
    assert others[0].search.shape[0] == dense.config.search_size


def test_true_boxes_go_along():
    footage = open_footage(count=3)
    events = [TrackEvent(index=i, time_s=0.0, box=box) for i, box in enumerate(footage.truth)]
    (one,) = cut_footage(PRESETS["toy-deep"], RULES, footage, events, 1)
    found = one.place.to_frame(one.truth_rel)
    assert found.as_tuple() == pytest.approx(footage.truth[1].as_tuple(), abs=1e-6)


def test_another_example_is_another_clip():
    easy, other = open_footage(count=2), open_footage(count=2, example="occlusion")
    seed, world = EXAMPLES["occlusion"]
    np.testing.assert_array_equal(other.frames[1].image, render_clip(seed, replace(world, frames=2)).frames[1])
    assert not np.array_equal(easy.frames[0].image, other.frames[0].image)
    with pytest.raises(ValueError, match="^example: must be one of easy, .*; got 'hard'"):
        open_footage(example="hard")


def test_a_video_of_one_frame_is_told_so(clip, small):
    with pytest.raises(ValueError, match=r"^video: a track needs at least 2 frames; got 1\.$"):
        open_footage(clip.frames[:1], clip.boxes[0].tolist())
    one = Footage(frames=open_footage(count=2).frames[:1], box=Box(1, 1, 9, 9))
    with pytest.raises(ValueError, match=r"^footage: a clip to search in needs at least 2 frames; got 1\.$"):
        cut_footage(small.config, RULES, one, _events(clip, 1), 1)


def test_wrong_input_is_told_so(clip, footage, small):
    with pytest.raises(ValueError, match="count: a clip needs at least 2 frames; got 1"):
        open_footage(count=1)
    with pytest.raises(ValueError, match="box: give x, y, w, h"):
        open_footage(clip.frames)
    with pytest.raises(ValueError, match="box: .* outside the 160x120 frame"):
        open_footage(clip.frames, (500, 0, 10, 10))
    with pytest.raises(ValueError, match="events: give one a frame, 6 of them; got 5"):
        cut_footage(small.config, RULES, footage, _events(clip, 5), 2)
    with pytest.raises(ValueError, match="count: must be at least 1"):
        cut_footage(small.config, RULES, footage, _events(clip, 6), 0)
