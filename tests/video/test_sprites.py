"""Sprites: their outline is where their pixels are, at any pose."""

import numpy as np
import pytest

from playground.video.sprites import make_sprite, paste


@pytest.mark.parametrize("seed", range(6))
def test_outline_surrounds_what_is_drawn(seed):
    rng = np.random.default_rng(seed)
    sprite = make_sprite(rng, photographs=False)
    assert np.abs(sprite.contour).max() <= 0.5
    turn = rng.uniform(0, 6)
    linear = 60 * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    image = np.full((120, 120, 3), -1000, np.float32)
    outline = paste(image, sprite, np.column_stack([linear, [60.0, 55.0]]), 0)
    rows, columns = np.nonzero(image[..., 0] > -500)
    drawn = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    assert [*outline.min(0), *outline.max(0)] == pytest.approx(drawn, abs=1.5)


def test_outside_the_frame_nothing_is_drawn():
    sprite = make_sprite(np.random.default_rng(0), photographs=False)
    image = np.zeros((50, 50, 3), np.float32)
    paste(image, sprite, np.array([[20.0, 0, 300.0], [0, 20.0, 20.0]]), 0)
    assert (image == 0).all()
