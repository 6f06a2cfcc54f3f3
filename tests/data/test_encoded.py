"""Encoded frames: the same crops as packed ones, at full resolution, and what becomes of broken pictures."""

import cv2
import numpy as np
import pytest
import torch

from playground.data import encoded
from playground.data.clip import Clip, read_image
from playground.data.cuts import upright
from playground.data.encoded import EncodedBuilder
from playground.data.store import StoreBuilder

BOX = np.array([60.0, 50.0, 40.0, 30.0])


def _picture(seed: int, width: int = 256) -> np.ndarray:
    noise = np.random.default_rng(seed).integers(0, 255, (width * 3 // 4, width, 3), dtype=np.uint8)
    return cv2.GaussianBlur(noise, (0, 0), width / 40)


def _png(image: np.ndarray) -> bytes:
    return cv2.imencode(".png", image[..., ::-1])[1].tobytes()


def _clip(name: str, *pictures: np.ndarray | bytes, scale: float = 1.0, **more: object) -> Clip:
    boxes = np.tile(BOX * scale, (len(pictures), 1, 1))
    return Clip(source="s", name=name, frames=pictures, boxes=boxes, **more)


def test_small_frames_give_the_same_crops_and_cut_outs_as_packed_ones():
    mask = np.zeros((192, 256), np.uint8)
    cv2.ellipse(mask, (80, 65), (20, 15), 0, 0, 360, 3, -1)
    both = [StoreBuilder(), EncodedBuilder()]
    for builder in both:
        builder.add(_clip("plain", _png(_picture(0))))
        masks = {"masks": (mask, _png(mask[..., None].repeat(3, 2))), "mask_ids": (3,)}
        builder.add(_clip("masked", _png(_picture(1)), _png(_picture(2)), **masks))
    packed, kept = (builder.build() for builder in both)
    cuts = upright(np.array([2, 0, 1, 2]), np.array([[40.0, 20.0, 90.0, 100.0]] * 4))
    assert torch.equal(packed.cut(cuts, 64), kept.cut(cuts, 64))
    (track,) = (track for track in kept.sources[0].tracks if track.name == "s/masked")
    assert track.stamp == 0 and torch.equal(packed.stamps(np.array([0])), kept.stamps(np.array([0])))
    assert kept.extent(1).tolist() == packed.extent(1).tolist() == [256, 192]


def test_large_frames_are_cut_in_their_own_pixels():
    picture = _picture(0, 1024)
    both = [StoreBuilder(), EncodedBuilder()]
    for builder in both:
        builder.add(_clip("large", picture, scale=4.0))
    packed, kept = (builder.build() for builder in both)
    assert kept.sources[0].tracks[0].boxes[0].tolist() == (4 * BOX).tolist()
    square = np.array([[40.0, 20.0, 90.0, 100.0]])
    small, large = packed.cut(upright(np.array([0]), square), 48), kept.cut(upright(np.array([0]), 4 * square), 48)
    assert (small - large).abs().mean() < 2  # grey levels; the picture varies by some 40


def test_broken_frames_are_black_and_counted():
    builder = EncodedBuilder()
    builder.add(_clip("good", _png(_picture(0))))
    cut_short = _png(_picture(1))[:2000]
    masks = {"masks": (None, b"no mask"), "mask_ids": (1,)}
    builder.add(_clip("bad", _png(_picture(2)), cut_short))
    builder.add(_clip("mask", _png(_picture(3)), _png(_picture(4)), **masks))
    frames = builder.build()
    crops = frames.cut(upright(np.array([0, 2, 2]), np.tile(BOX, (3, 1))), 32)
    assert crops[0].sum() > 0 and crops[1:].sum() == 0
    assert frames.broken == {"s/bad": 1}
    assert frames.stamps(np.array([0])).sum() == 0
    assert frames.broken == {"s/bad": 1, "s/mask": 1}


def test_a_first_picture_that_cannot_be_read_is_refused(tmp_path):
    builder = EncodedBuilder()
    with pytest.raises(ValueError, match="gone.png"):
        builder.add(Clip(source="s", name="x", frames=(tmp_path / "gone.png",), boxes=BOX[None, None]))
    with pytest.raises(ValueError, match="^data: no object"):
        builder.build()


def test_a_frame_is_read_once_for_calls_in_a_row(monkeypatch):
    read = []
    monkeypatch.setattr(encoded, "read_image", lambda picture: read.append(1) or read_image(picture))
    builder = EncodedBuilder()
    builder.add(_clip("still", _png(_picture(0))))
    frames, cuts = builder.build(), upright(np.zeros(4, int), np.tile(BOX, (4, 1)))
    assert torch.equal(frames.cut(cuts, 32), frames.cut(cuts, 32))
    assert len(read) == 1
