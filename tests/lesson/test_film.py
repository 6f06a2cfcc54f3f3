"""A track becomes a video that a page can play by itself."""

from base64 import b64decode

import numpy as np
import pytest

from playground.box import Box
from playground.events import TrackEvent
from playground.lesson.film import WIDTH_PX, film
from playground.video.read import read_frames

EVENTS = [TrackEvent(index=i, time_s=i / 25, box=Box(40, 30, 60, 40)) for i in range(3)]


def test_every_frame_with_its_box_and_no_wider_than_it_should_be(tmp_path):
    frames = np.full((3, 100, 720, 3), 128, np.uint8)
    made = film(frames, EVENTS, tmp_path / "new" / "tracked.mp4")
    seen = [frame.image for frame in read_frames(made.path)]
    assert [image.shape for image in seen] == [(50, WIDTH_PX, 3)] * 3
    assert np.ptp(seen[0].astype(int)) > 60, "no box was drawn"


def test_the_video_is_in_the_page(tmp_path):
    made = film(np.zeros((3, 32, 32, 3), np.uint8), EVENTS, tmp_path / "tracked.mp4")
    shown = made._repr_mimebundle_()
    content = shown["text/html"].split("base64,")[1].split('"')[0]
    assert b64decode(content) == made.path.read_bytes()
    assert shown["text/plain"].startswith("tracked.mp4: 3 frames")


def test_an_event_is_missing(tmp_path):
    with pytest.raises(ValueError, match=r"^events: give one a frame, 3 of them; got 2\.$"):
        film(np.zeros((3, 32, 32, 3), np.uint8), EVENTS[:2], tmp_path / "tracked.mp4")
    assert not (tmp_path / "tracked.mp4").exists()
