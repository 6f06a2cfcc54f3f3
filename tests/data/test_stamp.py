"""Cut-outs: which frame they are taken from, what is opaque in them, and when there is none."""

import cv2
import numpy as np
import pytest

from playground.data.clip import Clip
from playground.data.stamp import STAMP, cut_out, find_outline

BOX = [20.0, 10.0, 32.0, 16.0]
IMAGE = np.random.default_rng(0).integers(0, 255, (60, 80, 3), dtype=np.uint8)


def _mask(value: int) -> np.ndarray:
    mask = np.zeros((60, 80), np.uint8)
    mask[10:26, 20:36] = value  # the left half of the box
    return mask


def _clip(**more: object) -> Clip:
    boxes = np.array([[BOX, [np.nan] * 4]] * 5)
    return Clip(source="a", name="b", frames=(IMAGE,) * 5, boxes=boxes, **more)


def test_a_mask_of_the_middle_frame_that_has_one_makes_the_cut_out():
    png = cv2.imencode(".png", _mask(7))[1].tobytes()
    outline = find_outline(_clip(masks=(png, None, None, png, png), mask_ids=(7, 8)), 0)
    assert outline is not None and outline.frame == 3
    stamp = cut_out(IMAGE, outline)
    assert stamp is not None and stamp.shape == (4, STAMP, STAMP)
    assert (stamp[3, :, : STAMP // 2] == 255).all() and (stamp[3, :, STAMP // 2 :] == 0).all()
    # 32 x 16 pixels became 64 x 64: two by four times, so the mean of all is kept.
    np.testing.assert_allclose(stamp[:3].mean((1, 2)), IMAGE[10:26, 20:52].mean((0, 1)), atol=1)


def test_a_polygon_makes_the_cut_out_of_a_still():
    half = np.array([[20.0, 10.0], [51.0, 10.0], [20.0, 25.0]])
    clip = Clip(source="a", name="b", frames=(IMAGE,), boxes=np.array([[BOX, BOX]]), polygons=(half, half[:0]))
    outline = find_outline(clip, 0)
    stamp = None if outline is None else cut_out(IMAGE, outline)
    assert stamp is not None and stamp[3, 2, 2] == 255 and stamp[3, -2, -2] == 0
    assert 0.4 < (stamp[3] > 127).mean() < 0.6
    assert find_outline(clip, 1) is None


def test_without_a_mask_that_fits_there_is_no_cut_out():
    assert find_outline(_clip(), 0) is None
    assert find_outline(_clip(masks=(None,) * 5, mask_ids=(1, 2)), 0) is None
    assert find_outline(_clip(masks=(_mask(1),) * 5, mask_ids=(1, 2)), 1) is None  # never seen
    for mask in (_mask(3), _mask(7)[:50]):  # nothing of that value; another size than the picture
        outline = find_outline(_clip(masks=(mask,) * 5, mask_ids=(7, 8)), 0)
        assert outline is not None and cut_out(IMAGE, outline) is None


def test_a_broken_mask_is_named():
    outline = find_outline(_clip(masks=(b"no picture",) * 5, mask_ids=(7, 8)), 0)
    assert outline is not None
    with pytest.raises(ValueError, match="^data: "):
        cut_out(IMAGE, outline)
