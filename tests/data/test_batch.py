"""Batches: shapes, normalisation, and pixels that agree with the box beside them."""

import dataclasses

import numpy as np
import torch

from playground.config import PRESETS, CropConfig, SampleConfig
from playground.data.batch import batches
from playground.data.store import FrameStore, Source, Track

PLAIN = SampleConfig(colour=0.0, blur=0.0, occlusion=0.0, negatives=0.0, random_boxes=0.0, stretch=0.0)


def _white_box_on_black() -> FrameStore:
    frames = torch.zeros(1, 3, 256, 256, dtype=torch.uint8)
    frames[:, :, 100:140, 90:120] = 255
    track = Track(np.array([0]), np.array([[90.0, 100.0, 30.0, 40.0]]))
    return FrameStore(frames, np.array([[256.0, 256.0]]), (Source("white", (track,)),))


def test_the_box_lies_where_the_object_is():
    crop = CropConfig(search_factor=4.0, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))
    batch = next(batches(_white_box_on_black(), PRESETS["mini-small"], crop, PLAIN, groups=8, seed=0))
    assert batch.templates.shape == (8, 2, 3, 56, 56) and batch.search.shape == (16, 3, 112, 112)
    for image, box in zip(batch.search, batch.boxes_rel, strict=True):
        rows, columns = np.nonzero(image[1].numpy() > 0.5)
        seen = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) / 112
        assert np.abs(seen - box.clamp(0, 1).numpy()).max() < 0.02
    middle = batch.templates[:, 0, :, 28, 28]
    assert (middle > 0.9).all()  # the first template is centred on the object
    assert (batch.label == 1).all()


def test_the_same_seed_gives_the_same_batches_and_values_are_normalised():
    store, model = _white_box_on_black(), PRESETS["toy-small"]
    config = dataclasses.replace(PLAIN, colour=0.3, blur=0.3, occlusion=0.3)
    one, two = (batches(store, model, CropConfig(), config, groups=4, seed=5) for _ in range(2))
    for _ in range(2):
        a, b = next(one), next(two)
        assert all(torch.equal(x, y) for x, y in zip(a, b, strict=True))
        assert a.search.min() >= -0.485 / 0.229 - 0.1 and a.search.max() <= (1 - 0.406) / 0.225 + 0.1
