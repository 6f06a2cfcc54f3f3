"""Frames and tracks, packed: what is shrunk, left out, and refused."""

import numpy as np
import pytest

from playground.data.store import SIDE, StoreBuilder


def test_store_shrinks_frames_and_boxes_alike_and_leaves_out_what_is_absent_or_too_small():
    builder = StoreBuilder()
    frames = [np.full((256, 512, 3), 50 * i, np.uint8) for i in range(3)]
    there, absent, tiny = [100.0, 50.0, 40.0, 20.0], [np.nan] * 4, [10.0, 10.0, 3.0, 3.0]
    builder.add("clips", frames, [np.array([b, there]) for b in (there, absent, tiny)])
    store = builder.build()
    (source,) = store.sources
    assert store.frames.shape == (3, 3, SIDE, SIDE) and store.extents[0].tolist() == [256, 128]
    first, second = source.tracks
    assert first.frames.tolist() == [0] and first.boxes.tolist() == [[50, 25, 20, 10]]
    assert second.frames.tolist() == [0, 1, 2]
    assert store.frames[2, :, :128].float().mean() == 100 and store.frames[2, :, 128:].sum() == 0


def test_an_empty_store_says_what_to_do():
    with pytest.raises(ValueError, match="^data: no training track"):
        StoreBuilder().build()
