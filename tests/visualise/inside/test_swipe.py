"""Both pictures are in the element, each with its own box, and nothing else is asked for."""

import re
from base64 import b64decode

import cv2
import numpy as np
import pytest

from playground.box import Box
from playground.events import TrackEvent
from playground.visualise.inside.swipe import swipe_html

IMAGE = np.full((60, 80, 3), 90, np.uint8)


def _event(x: float, index: int = 4) -> TrackEvent:
    return TrackEvent(index=index, time_s=0.0, box=Box(x, 20, 20, 20))


def test_each_side_shows_its_own_box():
    html = swipe_html(IMAGE, _event(10), _event(50), names=("a <teacher>", "b"))
    pictures = {}
    for name, data in re.findall(r'alt="([^"]+)" src="data:image/jpeg;base64,([^"]+)"', html):
        pictures[name] = cv2.imdecode(np.frombuffer(b64decode(data), np.uint8), cv2.IMREAD_COLOR)[..., ::-1].astype(int)
    assert set(pictures) == {"a &lt;teacher&gt;", "b"}
    for name, (at, other) in {"a &lt;teacher&gt;": (10, 50), "b": (50, 10)}.items():
        edge = pictures[name][25:35, at] - 90
        assert edge[:, 1].mean() > 60  # the green of a box
        assert abs(pictures[name][25:35, other] - 90).mean() < 15


def test_each_box_has_its_colour():
    red, blue = (250, 20, 20), (20, 20, 250)
    html = swipe_html(IMAGE, _event(10), _event(50), names=("a", "b"), colours=(red, blue))
    for name, at, channel in (("a", 10, 0), ("b", 50, 2)):
        (data,) = re.findall(rf'alt="{name}" src="data:image/jpeg;base64,([^"]+)"', html)
        picture = cv2.imdecode(np.frombuffer(b64decode(data), np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
        assert picture[25:35, at].mean(0).argmax() == channel


def test_nothing_is_fetched():
    html = swipe_html(IMAGE, _event(10), _event(50))
    assert not re.search(r"https?:|<script|<link", html) and 'type="range"' in html


def test_two_frames_are_not_one():
    with pytest.raises(ValueError, match="events: both must be of the same frame; got 4 and 5"):
        swipe_html(IMAGE, _event(10), _event(50, index=5))
