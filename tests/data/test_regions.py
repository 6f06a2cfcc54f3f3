"""Boxes of masks against OpenCV, of polygons against what they must keep, and of masks as VOT writes them."""

import itertools

import cv2
import numpy as np
import pytest

from playground.data.regions import mask_box, parse_region, polygon_box


def _turned(centre, size, degrees: float) -> np.ndarray:
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * np.array(size) / 2 @ turn.T + centre


@pytest.mark.parametrize("seed", range(10))
def test_the_box_of_a_mask_is_opencvs(seed):
    mask = np.random.default_rng(seed).random((20, 30)) > 0.99
    mask[7, 5] = True
    assert mask_box(mask).tolist() == list(cv2.boundingRect(mask.astype(np.uint8)))


def test_an_empty_mask_is_nowhere():
    assert np.isnan(mask_box(np.zeros((3, 4), bool))).all()


def test_an_upright_polygon_of_pixel_centres_covers_those_pixels():
    # Pixels 11..40 across and 21..60 down
    assert polygon_box(np.array([[11, 21], [40, 21], [40, 60], [11, 60]], float)).tolist() == [11, 21, 30, 40]


@pytest.mark.parametrize("degrees", [10, 30, 45, 100, 200])
def test_a_turned_polygon_keeps_its_centre_area_and_the_proportions_around_it(degrees):
    corners = _turned((50, 70), (20, 12), degrees)
    x, y, w, h = polygon_box(corners)
    around = np.ptp(corners, axis=0)
    assert (w - 1) * (h - 1) == pytest.approx(20 * 12)
    assert (w - 1) / (h - 1) == pytest.approx(around[0] / around[1])
    assert (x + (w - 1) / 2, y + (h - 1) / 2) == pytest.approx((50, 70))  # centre of pixel 50, 70


def test_lines_of_every_kind():
    assert parse_region("1.5,2,3,4").tolist() == [1.5, 2, 3, 4]
    assert parse_region("11,21,40,21,40,60,11,60").tolist() == [11, 21, 30, 40]
    nowhere = ("0", "1", "nan,nan,nan,nan", ",".join(["nan"] * 8), "5,5,5,5,5,5,5,5", "m0,0,0,0,0")
    assert all(np.isnan(parse_region(line)).all() for line in nowhere)
    for line in ("", "a", "1,2,3", "1,2,3,4,5,6", "m1,2", "m0,0,2,2,0,9"):
        with pytest.raises(ValueError):
            parse_region(line)


@pytest.mark.parametrize("seed", range(10))
def test_a_mask_in_runs_is_the_mask(seed):
    mask = np.random.default_rng(seed).random((6, 9)) > 0.8
    mask[2, 3] = True
    runs = [(value, len(list(group))) for value, group in itertools.groupby(mask.ravel().tolist())]
    lengths = [0] * runs[0][0] + [length for _, length in runs]
    x, y, w, h = parse_region("m100,200,9,6," + ",".join(map(str, lengths)))
    assert [x - 100, y - 200, w, h] == list(cv2.boundingRect(mask.astype(np.uint8)))


@pytest.mark.parametrize("line", ["m0,0,100000,100000,1,1", "m0,0,4,4,1,1000000000000", "m0,0,4,4,-1,3", "m1,2"])
def test_a_mask_whose_runs_do_not_fit_is_refused_before_it_is_given_memory(line):
    with pytest.raises(ValueError):
        parse_region(line)


@pytest.mark.parametrize("line", ["1,2,inf,4", "nan,2,3,4", "m0,0,inf,4,1", "1,1,5,1,5,1e999,1,5"])
def test_a_region_that_is_not_finite_is_nowhere(line):
    assert np.isnan(parse_region(line)).all()
