"""Affine cuts against the tracker's own crop, against complex arithmetic and against painted boxes."""

import cv2
import numpy as np
import pytest

from playground.box import Box
from playground.crop import crop
from playground.data.cuts import Cuts, upright, warp


@pytest.fixture
def picture() -> np.ndarray:
    noise = np.random.default_rng(0).integers(0, 255, (200, 256, 3), dtype=np.uint8)
    return cv2.GaussianBlur(noise, (0, 0), 3)


def _one(square: tuple[float, ...], turn: float = 0.0, mirror: bool = False) -> Cuts:
    return Cuts(frames=np.array([0]), squares=np.array([square]), turn=np.array([turn]), mirror=np.array([mirror]))


@pytest.mark.parametrize(
    "box", [Box(100.0, 80.0, 40.0, 30.0), Box(0.0, 0.0, 60.0, 60.0), Box(230.0, 150.0, 30.0, 50.0)]
)
def test_an_upright_cut_is_the_trackers_crop(picture, box):
    expected, place = crop(picture, box, 4.0, 112)
    cuts = upright(np.array([0]), np.array([place.region.as_tuple()], np.float64))
    difference = np.abs(warp([picture], cuts, 112)[0].astype(int) - expected)
    # The crop drops the frame's last row and column when it reaches them (spec 4.1); away from that seam they agree.
    assert np.quantile(difference, 0.95) <= 2


def test_mirroring_a_cut_mirrors_its_pixels(picture):
    square = (30.0, 40.0, 100.0, 80.0)
    plain, mirrored = (warp([picture], _one(square, mirror=mirror), 64)[0] for mirror in (False, True))
    np.testing.assert_allclose(plain[:, ::-1].astype(int), mirrored, atol=1)


@pytest.mark.parametrize("turn", [0.0, 12.0, -30.0, 90.0])
@pytest.mark.parametrize("mirror", [False, True])
def test_corners_turn_about_the_middle(turn, mirror):
    x, y, w, h = 10.0, 20.0, 40.0, 30.0
    affine = _one((x, y, w, h), turn, mirror).affine()[0]
    for u, v in [(0, 0), (1, 0), (0, 1), (0.25, 0.5)]:
        from_middle = complex((u - 0.5) * (-w if mirror else w), (v - 0.5) * h)
        expected = complex(x + w / 2, y + h / 2) + from_middle * np.exp(1j * np.deg2rad(turn))
        assert affine @ [u, v, 1] == pytest.approx([expected.real, expected.imag])


@pytest.mark.parametrize("turn", [0.0, 8.0, -25.0])
@pytest.mark.parametrize("mirror", [False, True])
def test_relative_boxes_frame_the_object_in_the_pixels(turn, mirror):
    picture = np.zeros((200, 256, 3), np.uint8)
    picture[90:130, 100:160] = 255
    cuts = _one((70.0, 50.0, 120.0, 140.0), turn, mirror)
    rows, columns = np.nonzero(warp([picture], cuts, 240)[0, ..., 0] > 127)
    seen = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) / 240
    assert cuts.relative(np.array([[100.0, 90.0, 60.0, 40.0]]))[0] == pytest.approx(seen, abs=0.01)
