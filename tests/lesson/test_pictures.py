"""What is drawn is where it belongs: boxes of tracks, true boxes, frames in their order."""

from xml.etree import ElementTree

import cv2
import numpy as np
import pytest

from playground.box import Box
from playground.events import TrackEvent
from playground.lesson.pictures import DRAWINGS, drawing, filmstrip, outline, shown_to, side_by_side


def _decoded(picture):
    return cv2.imdecode(np.frombuffer(picture.content, np.uint8), cv2.IMREAD_COLOR)[..., ::-1].astype(int)


def _track(box, count):
    return [TrackEvent(index=i, time_s=0.0, box=box) for i in range(count)]


def test_frames_from_the_first_to_the_last():
    frames = [np.full((60, 80, 3), i, np.uint8) for i in range(0, 250, 10)]
    strip = _decoded(filmstrip(frames, {}))
    assert strip.shape == (2 * 180, 960, 3)
    greys = [strip[row * 180 + 120, column * 240 + 120, 0] for row in range(2) for column in range(4)]
    np.testing.assert_allclose(greys, [0, 30, 70, 100, 140, 170, 210, 240], atol=6)


def test_boxes_stand_where_they_are():
    frames = [np.zeros((60, 80, 3), np.uint8)] * 2
    strip = _decoded(filmstrip(frames, {"mine": _track(Box(20, 20, 40, 20), 2)}, columns=2, rows=1))
    lit = np.argwhere(strip.max(-1) > 80)
    left = lit[(lit[:, 1] < 480) & (lit[:, 0] > 60)]
    np.testing.assert_allclose([left[:, 1].min(), left[:, 1].max()], [120, 360], atol=4)
    np.testing.assert_allclose([left[:, 0].min(), left[:, 0].max()], [120, 240], atol=4)


def test_a_legend_where_there_is_something_to_tell_apart():
    frames = np.zeros((2, 60, 80, 3), np.uint8)
    track = _track(Box(20, 20, 40, 20), 2)
    heights = [
        _decoded(filmstrip(frames, tracks, truth, columns=2, rows=1)).shape[0]
        for tracks, truth in (
            ({"a": track}, None),
            ({"a": track, "b": track}, None),
            ({"a": track}, np.tile([1.0, 1, 9, 9], (2, 1))),
            ({"a": track}, [Box(1, 1, 9, 9)] * 2),
        )
    ]
    assert heights == [360, 388, 388, 388]


def test_a_track_of_another_length():
    with pytest.raises(ValueError, match=r"^tracks: a has 1 frames, the clip 2\.$"):
        filmstrip(np.zeros((2, 60, 80, 3), np.uint8), {"a": _track(Box(1, 1, 2, 2), 1)})


def test_side_by_side_at_one_height():
    made = _decoded(side_by_side({"a": np.zeros((10, 20, 3), np.uint8), "b": np.zeros((30, 30, 3), np.uint8)}))
    assert made.shape == (240 + 26, 480 + 14 + 240, 3)


def test_what_is_shown_has_the_true_box(crops):
    made = shown_to(crops[0])
    assert made.words == "pictures: template, online template, search region"
    assert made._repr_mimebundle_().keys() == {"image/jpeg", "text/plain"}


def test_an_outline_is_scaled():
    image = np.zeros((40, 40, 3), np.uint8)
    outline(image, Box(2, 3, 10, 5), 2, (255, 0, 0))
    red = np.argwhere(image[..., 0] > 200)
    np.testing.assert_allclose([red.min(0), red.max(0)], [[6, 4], [16, 24]], atol=1)


@pytest.mark.parametrize("name", sorted(path.stem for path in DRAWINGS.glob("*.svg")))
def test_drawings_are_whole_and_no_wider_than_a_code_host_shows(name):
    made = drawing(name)
    root = ElementTree.fromstring(made.content)
    assert int(root.get("width")) <= 800 and root.find("{*}title").text
    assert b"<script" not in made.content and b"href" not in made.content
    assert made._repr_mimebundle_()["image/svg+xml"].startswith("<svg")


def test_a_drawing_that_is_not_there():
    with pytest.raises(ValueError, match="^drawing: must be one of .*fading.*; got 'x'"):
        drawing("x")
