"""Pictures travel inside the figure, upright and in their colours; boxes and heat lie where they should."""

from base64 import b64decode

import cv2
import numpy as np

from playground.visualise.inside.pictures import address, dimmed, picture, put_box, put_heat
from playground.visualise.inside.sheet import Sheet, finish


def test_an_address_is_the_picture():
    image = np.zeros((32, 32, 3), np.uint8)
    image[:16] = (250, 20, 20)
    kind, _, data = address(image).partition(",")
    back = cv2.imdecode(np.frombuffer(b64decode(data), np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert kind == "data:image/jpeg;base64"
    assert abs(back[4, 4].astype(int) - (250, 20, 20)).max() < 12 and back[28, 28].max() < 12


def test_dimmed_is_darker_and_greyer():
    image = np.full((4, 4, 3), (200, 100, 50), np.uint8)
    found = dimmed(image)[0, 0].astype(int)
    assert found.mean() < image[0, 0].mean() and np.ptp(found) < np.ptp(image[0, 0])


def test_a_picture_with_a_box_and_heat():
    sheet = Sheet()
    number = picture(sheet, address(np.zeros((8, 8, 3), np.uint8)), (0, 1), (0, 1))
    put_heat(sheet, number, np.array([[0.1, np.nan], [0.3, 0.2]]), 0.3)
    put_box(sheet, number, (0.1, 0.2, 0.5, 0.9), "#ffffff", "box")
    figure = finish(sheet, "t", "s", 100)
    heat, _, box = figure.data
    np.testing.assert_array_equal(heat.z, np.float32([[0.1, np.nan], [0.3, 0.2]]))
    assert heat.zmax == 0.3
    assert list(heat.x) == list(heat.y) == [0.25, 0.75]
    assert list(box.x) == [0.1, 0.5, 0.5, 0.1, 0.1] and list(box.y) == [0.2, 0.2, 0.9, 0.9, 0.2]
    assert figure.layout.yaxis.range == (1, 0) and figure.layout.yaxis.scaleanchor == "x"
