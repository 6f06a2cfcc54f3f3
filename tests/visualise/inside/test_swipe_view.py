"""One frame of two tracks: whose box is drawn on which side of the seam, and where the curve stands."""

from base64 import b64decode

import cv2
import numpy as np
import pytest

from playground.box import Box
from playground.events import TrackEvent
from playground.visualise.inside.swipe_view import MOST_PX, TEACHER, swipe_figure
from playground.visualise.overlay import FOUND

FRAMES = [np.full((360, 480, 3), 20 * i, np.uint8) for i in range(4)]


def _track(lefts):
    return [TrackEvent(index=5 + i, time_s=0.0, box=Box(x, 120, 180, 120)) for i, x in enumerate(lefts)]


ONE, OTHER = _track([60, 60, 60, 60]), _track([60, 60, 240, 60])


def _picture(figure):
    data = b64decode(figure.layout.images[0].source.partition(",")[2])
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1].astype(int)


def _near(picture, colour):
    """Columns in which a pixel is of about that colour: a JPEG blurs colours."""
    return np.flatnonzero((np.abs(picture - np.array(colour)).max(-1) < 60).any(0))


def test_each_side_of_the_seam_shows_its_tracker():
    picture = _picture(swipe_figure(FRAMES, ONE, OTHER, place=2, seam=0.5))
    assert picture.shape == (360, 480, 3)
    teacher, student = _near(picture, TEACHER), _near(picture, FOUND)
    assert 55 < teacher.min() < 65 and teacher.max() < 241 and student.min() > 237 and 415 < student.max() < 425
    np.testing.assert_allclose(picture[5, 239:241], 255, atol=60)
    assert len(_near(_picture(swipe_figure(FRAMES, ONE, OTHER, place=2, seam=0.0)), TEACHER)) == 0
    assert len(_near(_picture(swipe_figure(FRAMES, ONE, OTHER, place=2, seam=1.0)), FOUND)) == 0


def test_a_line_stands_at_the_frame_and_the_first_disagreement_is_told():
    figure = swipe_figure(FRAMES, ONE, OTHER, place=3, names=("<big>", "small"))
    assert any(shape.x0 == shape.x1 == 8 for shape in figure.layout.shapes)
    assert "IoU below 0.5): 7" in figure.layout.title.subtitle.text
    assert "Frame 8: &lt;big&gt;" in figure.layout.title.text


def test_a_large_frame_is_sent_small():
    frames = [np.zeros((800, 1600, 3), np.uint8)] * 4
    assert _picture(swipe_figure(frames, ONE, OTHER, place=0)).shape == (MOST_PX // 2, MOST_PX, 3)


def test_wrong_input_is_told_so():
    with pytest.raises(ValueError, match="frames: give one picture an event, 4 of them; got 3"):
        swipe_figure(FRAMES[:3], ONE, OTHER, place=0)
    with pytest.raises(ValueError, match="place: this clip has frames 0..3; got 4"):
        swipe_figure(FRAMES, ONE, OTHER, place=4)
    with pytest.raises(ValueError, match="seam: must be in 0..1; got 2"):
        swipe_figure(FRAMES, ONE, OTHER, place=0, seam=2)
    with pytest.raises(ValueError, match="events: .* at least 2 frames; got 1"):
        swipe_figure(FRAMES[:1], ONE[:1], OTHER[:1], place=0)
