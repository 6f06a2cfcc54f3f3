"""What goes to the picker; the drawing itself is tried in test_page_in_browser.py."""

import base64

import cv2
import numpy as np

from playground.app.demo.picker import jpeg_url, picker_value
from playground.app.demo.targets import Targets
from playground.box import Box


def _decoded(url: str) -> np.ndarray:
    head, _, data = url.partition(",")
    assert head == "data:image/jpeg;base64"
    return cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)[..., ::-1]


def test_the_picture_arrives_with_its_colours():
    image = np.zeros((40, 60, 3), np.uint8)
    image[:, 30:] = (200, 100, 20)
    shown = _decoded(jpeg_url(image))
    assert shown.shape == (40, 60, 3)
    assert np.abs(shown[20, 50].astype(int) - (200, 100, 20)).max() < 12


def test_a_large_frame_is_shown_small_but_keeps_its_own_size():
    targets = Targets(boxes=(Box(1, 2, 3, 4), None), active=1)
    value = picker_value(np.zeros((1500, 3000, 3), np.uint8), targets, "a <b> & c", "easy")
    assert (value["width"], value["height"]) == (3000, 1500)
    assert value["boxes"] == [[1, 2, 3, 4], None] and value["active"] == 1 and value["link"] == "easy"
    assert _decoded(value["image"]).shape == (640, 1280, 3)
    assert value["caption"] == "a &lt;b&gt; &amp; c"
