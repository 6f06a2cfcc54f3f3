"""Sprites: their outline is where their pixels are, at any pose."""

import cv2
import numpy as np
import pytest

from playground.video.sprites import extent, make_sprite, paste


@pytest.mark.parametrize("seed", range(6))
def test_outline_surrounds_what_is_drawn(seed):
    rng = np.random.default_rng(seed)
    sprite = make_sprite(rng, photographs=False)
    assert np.abs(sprite.contour).max() <= 0.5
    turn = rng.uniform(0, 6)
    linear = 60 * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    image = np.full((120, 120, 3), -1000, np.float32)
    outline = paste(image, sprite, np.column_stack([linear, [60.0, 55.0]]))
    rows, columns = np.nonzero(image[..., 0] > -500)
    drawn = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    assert [*outline.min(0), *outline.max(0)] == pytest.approx(drawn, abs=1.5)


def test_outside_the_frame_nothing_is_drawn():
    sprite = make_sprite(np.random.default_rng(0), photographs=False)
    image = np.zeros((50, 50, 3), np.float32)
    paste(image, sprite, np.array([[20.0, 0, 300.0], [0, 20.0, 20.0]]))
    assert (image == 0).all()


@pytest.mark.parametrize("seed", range(20))
def test_extent_is_that_of_the_pixels_inside_the_frame(seed):
    """A star-shaped outline at any place, filled at eight times the size, with room around the frame."""
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, 12))
    points = np.column_stack([np.cos(angle), np.sin(angle)]) * rng.uniform(10, 60, (12, 1)) + rng.uniform(-20, 70, 2)
    mask = np.zeros((200 * 8, 200 * 8), np.uint8)
    cv2.fillPoly(mask, [np.round((points + 75) * 8).astype(np.int32)], 1)
    rows, columns = np.nonzero(mask[75 * 8 : 115 * 8, 75 * 8 : 125 * 8])
    found = extent(points, 50, 40)
    if found is None:
        assert len(rows) == 0
    else:
        drawn = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) / 8
        assert found == pytest.approx(drawn, abs=0.5)


def test_extent_of_an_outline_around_the_frame_is_the_frame():
    around = np.array([[-10, -10], [90, -10], [90, 80], [-10, 80]], float)
    assert extent(around, 50, 40).tolist() == [0, 0, 50, 40]
    assert extent(around + 100, 50, 40) is None


def test_a_streak_smears_along_the_way_and_keeps_the_light():
    sprite = make_sprite(np.random.default_rng(1), photographs=False)
    pose = np.array([[40.0, 0, 60.0], [0, 40.0, 60.0]])
    sharp, smeared = np.zeros((120, 120, 3), np.float32), np.zeros((120, 120, 3), np.float32)
    paste(sharp, sprite, pose)
    paste(smeared, sprite, pose, (16.0, 0.0))
    assert smeared.sum() == pytest.approx(sharp.sum(), rel=0.01)
    widths, heights = (np.array([np.ptp(np.nonzero(i.sum(2) > 10)[k]) for i in (sharp, smeared)]) for k in (1, 0))
    assert 12 <= widths[1] - widths[0] <= 18 and heights[1] - heights[0] <= 2
