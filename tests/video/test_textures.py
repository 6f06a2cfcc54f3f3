"""Pictures have the size asked for, differ by seed, and photographs are named when they cannot be had."""

import sys

import numpy as np
import pytest

from playground.video import textures


@pytest.mark.parametrize("make", [textures.backdrop, textures.surface])
def test_pictures_have_the_size_asked_for_and_differ(make):
    pictures = [make(np.random.default_rng(seed), 50, 40, photographs=True) for seed in range(12)]
    assert all(p.shape == (40, 50, 3) and p.dtype == np.uint8 for p in pictures)
    assert len({p.tobytes() for p in pictures}) == 12
    assert np.mean([p.std() for p in pictures]) > 5


def test_every_photograph_is_there_without_a_download():
    for name in textures.PHOTOGRAPHS:
        image = textures.photograph(name)
        assert image.ndim == 3 and image.shape[2] == 3 and min(image.shape[:2]) > 200


def test_without_scikit_image_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "skimage", None)
    textures.photograph.cache_clear()
    with pytest.raises(ValueError, match="scikit-image is missing; install it with pip install"):
        textures.photograph("coffee")


def test_things_fill_their_square():
    for seed in range(20):
        picture, aspect = textures.thing(np.random.default_rng(seed))
        assert picture.shape[0] == picture.shape[1] and picture.std() > 5 and 0.8 < aspect < 1.4
