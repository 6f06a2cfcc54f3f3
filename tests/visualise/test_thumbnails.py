"""The picture shows the right part of the frame, and the boxes lie where they lie in the frame."""

import base64
import re
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest

from playground.box import Box
from playground.visualise.thumbnails import HEIGHT, WIDTH, Mark, region_around, thumbnail


@pytest.mark.parametrize(
    "box", [Box(300, 200, 40, 30), Box(0, 0, 10, 10), Box(600, 440, 39, 39), Box(50, 40, 500, 400), Box(-30, 5, 9, 9)]
)
def test_the_region_has_the_pictures_shape_and_lies_in_the_frame(box):
    region = region_around(box, 640, 480)
    assert region.w / region.h == pytest.approx(WIDTH / HEIGHT)
    assert region.x >= 0 and region.y >= 0 and region.x2 <= 640 + 1e-9 and region.y2 <= 480 + 1e-9
    if box.w < 100 and box.x > 0:
        assert region.x <= box.x and region.x2 >= box.x2 and region.y <= box.y and region.y2 >= box.y2


def test_a_flat_frame_is_shown_as_far_as_it_goes():
    region = region_around(Box(400, 10, 40, 40), 900, 60)
    assert region.h == pytest.approx(60) and region.y == 0


def _decode(svg: ElementTree.Element) -> np.ndarray:
    data = svg.find("image").get("href").removeprefix("data:image/jpeg;base64,")
    return cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)[..., ::-1]


@pytest.mark.parametrize("scale", [1, 5])
def test_the_picture_and_its_lines_agree(scale):
    box = Box(40.0 * scale, 30.0 * scale, 30.0 * scale, 24.0 * scale)
    image = np.full((120 * scale, 160 * scale, 3), 40, np.uint8)
    image[30 * scale : 54 * scale, 40 * scale : 70 * scale] = (250, 60, 20)
    svg = ElementTree.fromstring(thumbnail(image, box, box, [Mark(name="<a> & b", box=box, colour="#123456")]))
    mark, truth = svg.findall("rect")
    assert mark.get("data-tracker") == "<a> & b" and mark.get("stroke") == "#123456" and truth.get("class") == "truth"
    assert mark.find("title").text == "<a> & b"
    sides = [float(truth.get(name)) for name in ("x", "y", "width", "height")]
    assert sides == [float(mark.get(name)) for name in ("x", "y", "width", "height")]
    picture = _decode(svg)
    assert picture.shape == (HEIGHT, WIDTH, 3)
    rows, columns = np.nonzero(picture[..., 0] > 145)
    ends = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert ends == pytest.approx((sides[0], sides[1], sides[0] + sides[2], sides[1] + sides[3]), abs=2.5)


def test_without_a_true_box_there_is_no_dashed_line():
    told = thumbnail(np.zeros((60, 80, 3), np.uint8), Box(20, 20, 9, 9), None, [])
    assert "rect" not in told and re.search("<image", told)
