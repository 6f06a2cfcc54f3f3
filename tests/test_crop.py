"""Crops against the official ones, pixel by pixel, and the map between frame and crop both ways."""

import json
import math

import cv2
import numpy as np
import pytest
from golden_files import golden
from hypothesis import assume, given
from hypothesis import strategies as st

from playground.box import Box
from playground.config import CropConfig
from playground.crop import CropMap, crop, crop_map, normalise

FRAME = np.random.default_rng(3).integers(1, 256, (40, 60, 3), dtype=np.uint8)  # no black pixel of its own
JITTER = {"template": (0.0, 0.0), "search": (0.5, 4.5)}  # of the official settings: size and centre

CASES = json.loads(golden("MANIFEST.json").read_text())["fixtures"]["f_crop"]["meta"]["cases"]
MAPPED = json.loads(golden("g_map_back.json").read_text())
SAMPLES = json.loads(golden("k_train_sample.json").read_text())["samples"]


@pytest.fixture(scope="module")
def official() -> dict[str, np.ndarray]:
    with np.load(golden("f_crop.npz")) as file:
        return dict(file)


@pytest.mark.parametrize("name", CASES)
def test_place_and_pixels_equal_the_official_crop(official, name):
    case, before = CASES[name], official[f"{name}/crop_before_resize"]
    box, factor, size = Box(*case["box_xywh"]), case["search_area_factor"], case["output_sz"]
    image, place = crop(official["image"], box, factor, size)
    assert (place.x0, place.y0, place.side, place.size) == (case["x1"], case["y1"], case["crop_sz"], size)
    assert place.size / place.side == pytest.approx(case["resize_factor"])
    # Shown at its own size nothing is interpolated, so every pixel of every OpenCV build must agree.
    np.testing.assert_array_equal(crop(official["image"], box, factor, place.side)[0], before)
    np.testing.assert_array_equal(image, cv2.resize(before, (size, size)))
    # OpenCV builds differ in the last bit of their interpolation.
    assert np.abs(image.astype(int) - official[f"{name}/crop"]).max() <= 1


def test_network_input_equals_the_official_one(official):
    settings = CropConfig()
    found = normalise(official["inside/crop"], settings.mean, settings.std)
    np.testing.assert_allclose(found, official["inside/normalised"], rtol=0, atol=1e-6)


def test_every_value_is_normalised_to_the_bit_of_its_formula():
    mean, std = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    image = np.stack([np.arange(256), np.arange(256)[::-1], np.full(256, 7)], -1).astype(np.uint8).reshape(16, 16, 3)
    formula = (image.astype(np.float32) / 255 - np.array(mean, np.float32)) / np.array(std, np.float32)
    np.testing.assert_array_equal(normalise(image, mean, std), formula.transpose(2, 0, 1)[None])


@pytest.mark.parametrize("row", MAPPED)
def test_a_prediction_maps_back_as_officially_but_from_where_the_crop_was_cut(row):
    """The official tracker takes the corner before it was rounded; see docs/differences.md."""
    # The rows have sides that are no whole numbers. In units of 1 / (1000 * resize factor) pixels they are.
    unit = 1000 * row["resize_factor"]
    size, side = row["search_size"], 1000 * row["search_size"]
    before = Box(*row["prev_state_xywh"])
    corner = np.array([before.cx, before.cy]) - side / unit / 2
    cx, cy, w, h = row["pred_cxcywh_norm"]
    found_rel = (cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2)
    for x0, y0 in (corner, np.round(corner)):
        found = CropMap(float(x0 * unit), float(y0 * unit), side, size).to_frame(found_rel)
        expected = np.array(row["mapped_xywh"])
        expected[:2] += np.array([x0, y0]) - corner
        np.testing.assert_allclose(np.array(found.as_tuple()) / unit, expected, rtol=0, atol=1e-4)
    assert Box(*row["mapped_xywh"]).clip(row["W"], row["H"], 10.0).as_tuple() == tuple(row["clipped_margin10"])


@pytest.mark.parametrize("sample", SAMPLES)
def test_training_sample_equals_the_official_one(official, sample):
    jitter = pytest.importorskip("playground.data.sample").jitter  # which needs PyTorch
    scale, centre = JITTER[sample["mode"]]
    around = jitter(
        np.array(sample["gt_xywh"]), np.array(sample["normal_draws"]), np.array(sample["uniform_draws"]), scale, centre
    )
    np.testing.assert_allclose(around, sample["jittered_xywh"], rtol=0, atol=1e-4)
    size = sample["output_sz"]
    image, place = crop(official["image"], Box(*around.tolist()), sample["factor"], size)
    x1, y1, x2, y2 = place.to_crop(Box(*sample["gt_xywh"]))
    # The official target is placed from the unrounded corner, and half a crop pixel to the upper left of the tracker's.
    corner = around[:2] + around[2:] / 2 - place.side / 2
    shift = (np.array([place.x0, place.y0]) - corner) / place.side - 0.5 / size
    target = np.array([x1 + shift[0], y1 + shift[1], x2 - x1, y2 - y1])
    np.testing.assert_allclose(target, sample["target_normalised_xywh"], rtol=0, atol=1e-5)
    np.testing.assert_allclose(image.mean((0, 1)), sample["crop_mean_rgb"], rtol=0, atol=0.5)


PLACES = st.builds(Box, st.floats(-200, 200), st.floats(-200, 200), st.floats(0.1, 80), st.floats(0.1, 80))


@given(PLACES, PLACES, st.floats(0.5, 5))
def test_to_the_crop_and_back_changes_nothing(box, around, factor):
    place = crop_map(around, factor, 64)
    assert place.to_frame(place.to_crop(box)).as_tuple() == pytest.approx(box.as_tuple(), abs=1e-6)
    assert place.to_crop(place.region) == pytest.approx((0, 0, 1, 1))


@given(PLACES, st.floats(0.5, 5))
def test_the_square_is_the_least_whole_one_and_its_corner_the_nearest_pixel(box, factor):
    place = crop_map(box, factor, 64)
    assert place.side - 1 < math.sqrt(box.w * box.h) * factor <= place.side
    assert abs(place.x0 + place.side / 2 - box.cx) <= 0.5
    assert abs(place.y0 + place.side / 2 - box.cy) <= 0.5


@given(PLACES, st.floats(0.5, 5), st.integers(1, 40))
def test_a_crop_has_the_size_asked_for_and_is_black_exactly_outside(box, factor, size):
    image, place = crop(FRAME, box, factor, size)
    assert image.shape == (size, size, 3) and image.dtype == np.uint8
    height, width = FRAME.shape[:2]
    # Drawn by hand: the frame in a wide black field. The last column and row count as outside where the crop
    # reaches them (spec 4.1).
    x0, y0, side = int(place.x0), int(place.y0), place.side
    seen = FRAME.copy()
    seen[:, width - 1 :] *= x0 + side < width
    seen[height - 1 :] *= y0 + side < height
    field = np.zeros((side, side, 3), np.uint8)
    for y in range(max(0, y0), min(height, y0 + side)):
        for x in range(max(0, x0), min(width, x0 + side)):
            field[y - y0, x - x0] = seen[y, x]
    np.testing.assert_array_equal(crop(FRAME, box, factor, side)[0], field)


@given(PLACES, st.floats(0.5, 5))
def test_a_crop_wholly_outside_is_black(box, factor):
    place = crop_map(box, factor, 8)
    assume(place.x0 >= 60 or place.y0 >= 40 or place.region.x2 <= 0 or place.region.y2 <= 0)
    assert not crop(FRAME, box, factor, 8)[0].any()


@pytest.mark.parametrize("box", [Box(5.0, 5.0, 0.0, 9.0), Box(5.0, 5.0, 9.0, 0.0)])
def test_a_box_without_area_is_named(box):
    with pytest.raises(ValueError, match="^box: too small to crop"):
        crop_map(box, 2.0, 32)
