"""The left side's values are checked before a model is loaded."""

import pytest

from playground.app.demo import limits
from playground.app.demo.chosen import read_chosen
from playground.app.demo.clip import open_clip
from playground.app.demo.targets import Targets
from playground.box import Box

A, B = Box(20.0, 30.0, 24.0, 24.0), Box(60.0, 30.0, 20.0, 20.0)


def _read(square_clip, targets=None, start=0, end=None, numbers=None, model="m", key=None):
    clip = open_clip(square_clip)
    return read_chosen(
        clip, key or clip.key, targets or Targets(), start, end, *(numbers or A.as_tuple()), model, "cpu"
    )


def test_all_drawn_boxes_are_taken_and_the_numbers_are_the_active_one(square_clip):
    assert _read(square_clip).boxes == (A,)
    assert _read(square_clip, Targets(boxes=(A, B), active=1), numbers=(1, 2, 9, 9)).boxes == (A, Box(1, 2, 9, 9))
    assert _read(square_clip, Targets(boxes=(A, B), active=0), numbers=(None,) * 4).boxes == (B,)


def test_the_frames_end_at_the_clip_and_at_the_limit(square_clip, monkeypatch):
    assert (_read(square_clip).end, _read(square_clip, end=99).end, _read(square_clip, end=7).end) == (11, 11, 7)
    monkeypatch.setattr(limits, "MAX_FRAMES", 3)
    chosen = _read(square_clip, start=4)
    assert (chosen.start, chosen.end, chosen.frames) == (4, 6, 3)
    assert chosen.first(2).end == 5 and chosen.first(9) == chosen


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"key": "another"}, "video: the clip that you see is not kept here any more; choose it again"),
        ({"numbers": (None, 30, 24, 24)}, "box: drag a box around the target"),
        ({"numbers": (None,) * 4}, "box: drag a box around the target"),
        ({"numbers": (20, 30, 0, 24)}, "box: width and height must be above 0 pixels"),
        ({"numbers": (900, 30, 24, 24)}, "box: 900,30,24,24 lies outside the 128x96 frame"),
        ({"targets": Targets(boxes=(A, Box(900, 0, 5, 5)), active=0)}, "box: 900,0,5,5 lies outside"),
        ({"start": 12}, "start: 12 is beyond the end of the video; choose 0 to 11"),
        ({"start": None}, "start: must be the number of a frame"),
        ({"start": 5, "end": 4}, "end: must be frame 5, the start, or a later one"),
        ({"model": ""}, "model: choose one"),
    ],
)
def test_a_wrong_value_is_told(square_clip, changes, words):
    with pytest.raises(ValueError) as raised:
        _read(square_clip, **changes)
    assert str(raised.value).startswith(words)
