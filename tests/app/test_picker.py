"""What goes to the picker and what may come back; the drawing itself is tried in test_demo_page.py."""

import base64

import cv2
import numpy as np
import pytest

from playground.app.picker import jpeg_url, picker_value, read_box
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
    value = picker_value(np.zeros((1500, 3000, 3), np.uint8), Box(1, 2, 3, 4), "a <b> & c")
    assert (value["width"], value["height"]) == (3000, 1500) and value["box"] == [1, 2, 3, 4]
    assert _decoded(value["image"]).shape == (640, 1280, 3)
    assert value["caption"] == "a &lt;b&gt; &amp; c"
    assert picker_value(np.zeros((8, 8, 3), np.uint8), None, "")["box"] is None


def test_four_finite_numbers_are_a_box():
    assert read_box([1, 2.5, 3, 4]) == read_box((1, 2.5, 3, 4)) == Box(1.0, 2.5, 3.0, 4.0)


@pytest.mark.parametrize(
    "values",
    [None, "1,2,3,4", {}, [], [1, 2, 3], [1, 2, 3, 4, 5], [1, 2, 3, None], [1, 2, 3, "4"], [1, 2, 3, True],
     [1, 2, 3, float("nan")], [1, 2, 3, float("inf")], [[1], 2, 3, 4]],
)  # fmt: skip
def test_anything_else_is_refused(values):
    with pytest.raises(ValueError, match="^box: drag a box"):
        read_box(values)
