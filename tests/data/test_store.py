"""Frames and tracks, packed: what is shrunk, left out and refused; torch cuts as OpenCV does."""

import cv2
import numpy as np
import pytest
import torch

from playground.data.clip import Clip
from playground.data.cuts import Cuts
from playground.data.store import SIDE, StoreBuilder, sample_pixels

BOX = np.array([[[100.0, 50.0, 40.0, 20.0]]])


def test_frames_and_boxes_are_shrunk_alike_and_the_rest_is_black():
    builder = StoreBuilder()
    frames = tuple(np.full((256, 512, 3), 50 * i, np.uint8) for i in range(3))
    builder.add(Clip(source="a", name="one", frames=frames, boxes=BOX.repeat(3, 0)))
    builder.add(Clip(source="a", name="two", frames=frames[:1], boxes=np.full((1, 1, 4), np.nan)))  # nothing to see
    builder.add(Clip(source="b", name="three", frames=(np.full((64, 96, 3), 7, np.uint8),), boxes=BOX / 2))
    store = builder.build()
    assert [source.name for source in store.sources] == ["a", "b"]
    assert store.pixels.shape == (4, SIDE, SIDE, 3) and store.extent(0).tolist() == [256, 128]
    assert store.pixels[2, :128].float().mean() == 100 and store.pixels[2, 128:].sum() == 0
    assert store.sources[0].tracks[0].boxes[1].tolist() == [50, 25, 20, 10]
    (small,) = store.sources[1].tracks
    assert small.frames.tolist() == [3] and small.boxes.tolist() == [[50, 25, 20, 10]]  # never enlarged
    assert store.extent(3).tolist() == [96, 64]


def test_of_a_clip_with_a_broken_picture_nothing_is_kept():
    builder, good = StoreBuilder(), np.full((64, 96, 3), 7, np.uint8)
    mask = np.ones((64, 96), np.uint8)
    with pytest.raises(ValueError, match="^data: "):
        builder.add(Clip(source="a", name="bad", frames=(good, b"no picture"), boxes=BOX.repeat(2, 0)))
    with pytest.raises(ValueError, match="^data: "):
        broken = Clip(source="a", name="bad", frames=(good,), boxes=BOX / 2, masks=(b"no mask",), mask_ids=(1,))
        builder.add(broken)
    builder.add(Clip(source="b", name="good", frames=(good,), boxes=BOX / 2, masks=(mask,), mask_ids=(1,)))
    store = builder.build()
    assert len(store.pixels) == 1 and [source.name for source in store.sources] == ["b"]
    assert store.sources[0].tracks[0].stamp == 0
    assert (store.stamps(np.array([0]))[0, 3] == 255).all() and (store.stamps(np.array([0]))[0, :3] == 7).all()


def test_an_empty_store_says_what_to_do():
    with pytest.raises(ValueError, match="^data: no object to train on"):
        StoreBuilder().build()


def test_torch_and_opencv_cut_the_same():
    rng = np.random.default_rng(0)
    builder = StoreBuilder()
    for name in "ab":
        picture = cv2.GaussianBlur(rng.integers(0, 255, (200, 256, 3), dtype=np.uint8), (0, 0), 3)
        builder.add(Clip(source="s", name=name, frames=(picture,), boxes=BOX))
    store = builder.build()
    n = 24
    cuts = Cuts(
        frames=rng.integers(0, 2, n),
        squares=np.column_stack([rng.uniform(-40, 160, (n, 2)), rng.uniform(20, 200, (n, 2))]),
        turn=rng.uniform(-45, 45, n),
        mirror=rng.random(n) < 0.5,
    )
    by_opencv, by_torch = store.cut(cuts, 48), sample_pixels(store.pixels, cuts, 48)
    assert by_opencv.shape == by_torch.shape == (n, 3, 48, 48)
    assert (by_opencv - by_torch).abs().max() <= 6  # OpenCV takes places to 1/32 pixel, which shows at black borders
    assert (by_opencv - by_torch).abs().mean() < 0.5
    assert torch.equal(store.to("cpu").cut(cuts, 48), by_opencv)
