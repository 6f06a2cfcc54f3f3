"""Batches: shapes, normalisation, pixels that agree with the box beside them, and the same whoever asks for them."""

import dataclasses
from collections.abc import Iterator
from itertools import islice

import cv2
import numpy as np
import pytest
import torch

from playground.config import PRESETS, CropConfig
from playground.data.batch import Batch, batches
from playground.data.clip import Clip
from playground.data.encoded import EncodedBuilder
from playground.data.store import Frames, FrameStore, StoreBuilder
from playground.train_config import AugmentConfig, SampleConfig

PLAIN = AugmentConfig(
    flip=0, grey=0, brightness=0, contrast=0, saturation=0, cast=0, noise=0, blur=0, occlusion=0, distractors=0
)
ALL = AugmentConfig(flip_each=0.3, turn=15.0, grey=0.3, occlusion=0.5, distractors=0.5, blur=0.6)
SAMPLE = SampleConfig(negatives=0.3)
BARE = CropConfig(search_factor=4.0, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))
TOY = PRESETS["toy-small"]
ALL_CROPS = ("brightness", "contrast", "saturation", "cast", "noise")


def _white_box_on_black() -> FrameStore:
    frame = np.zeros((256, 256, 3), np.uint8)
    frame[100:140, 90:120] = 255
    builder = StoreBuilder()
    builder.add(Clip(source="white", name="box", frames=(frame,), boxes=np.array([[[90.0, 100.0, 30.0, 40.0]]])))
    return builder.build()


def _clips(builder: StoreBuilder | EncodedBuilder) -> Frames:
    """Six clips of five frames; in the even ones the object is absent at the end, the odd ones have masks."""
    rng = np.random.default_rng(0)
    for i in range(6):
        noise = rng.integers(0, 255, (5, 120, 160, 3), dtype=np.uint8)
        frames = tuple(cv2.GaussianBlur(frame, (0, 0), 3) for frame in noise)
        boxes = np.concatenate([rng.uniform(10, 80, (5, 1, 2)), rng.uniform(15, 40, (5, 1, 2))], 2)
        masks = {"masks": (np.ones((120, 160), np.uint8),) * 5, "mask_ids": (1,)} if i % 2 else {}
        if i % 2 == 0:
            boxes[4] = np.nan
        builder.add(Clip(source="ab"[i % 2], name=str(i), frames=frames, boxes=boxes, **masks))
    return builder.build()


@pytest.fixture(scope="module")
def clips() -> Frames:
    return _clips(StoreBuilder())


def _batches(frames: Frames, n: int, groups: int = 8, augment: AugmentConfig = ALL, **more: int) -> list[Batch]:
    stream: Iterator[Batch] = batches(frames, TOY, CropConfig(), {}, SAMPLE, augment, groups, 5, **more)
    return list(islice(stream, n))


def _same(a: Batch, b: Batch) -> bool:
    return a.keys == b.keys and all(torch.equal(x, y) for x, y in zip(a[:4], b[:4], strict=True))


@pytest.mark.parametrize("augment", [PLAIN, dataclasses.replace(PLAIN, flip=0.5, flip_each=0.5)])
def test_the_box_lies_where_the_object_is(augment):
    sample = SampleConfig(negatives=0.0, random_boxes=0.0)
    stream = batches(_white_box_on_black(), PRESETS["mini-small"], BARE, {}, sample, augment, 8, 0)
    batch = next(stream)
    assert batch.templates.shape == (8, 2, 3, 56, 56) and batch.search.shape == (16, 3, 112, 112)
    for image, box in zip(batch.search, batch.boxes_rel, strict=True):
        rows, columns = np.nonzero(image[1].numpy() > 0.5)
        seen = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) / 112
        assert np.abs(seen - box.clamp(0, 1).numpy()).max() < 0.02
    assert (batch.templates[:, 0, :, 28, 28] > 0.9).all()  # the first template is centred on the object
    assert (batch.label == 1).all() and batch.keys == ("white/box",) * 8


def test_values_are_normalised(clips):
    (batch,) = _batches(clips, 1)
    for images in (batch.templates, batch.search):
        low, high = images.amin((-1, -2)).amin((0, 1) if images.ndim == 5 else 0), images.amax()
        assert (low >= torch.tensor([-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225]) - 1e-4).all()
        assert 0.5 < high <= (1 - 0.406) / 0.225 + 1e-4


def test_a_stream_that_starts_later_holds_the_same(clips):
    whole = _batches(clips, 6)
    assert all(map(_same, whole[3:], _batches(clips, 3, start=3)))
    assert not _same(whole[0], whole[1])
    assert all(map(_same, _batches(clips, 4, parts=2, start=1), _batches(clips, 6, parts=2)[2:]))


@pytest.mark.parametrize("world, parts", [(1, 2), (2, 1), (2, 2), (4, 2), (1, 8)])
def test_processes_and_parts_together_hold_what_one_does(clips, world, parts):
    for step, whole in enumerate(_batches(clips, 2)):
        shared = [
            batch
            for rank in range(world)
            for batch in _batches(clips, parts, world=world, rank=rank, parts=parts, start=step)
        ]
        together = [torch.cat(tensors) for tensors in zip(*(batch[:4] for batch in shared), strict=True)]
        keys = sum((batch.keys for batch in shared), ())
        assert _same(whole, Batch(*together, keys))


def test_groups_that_cannot_be_shared_are_refused_at_once(clips):
    for more in ({"world": 3}, {"parts": 5}, {"world": 4, "parts": 4}):
        with pytest.raises(ValueError, match="^groups: "):
            batches(clips, TOY, CropConfig(), {}, SAMPLE, ALL, 8, 0, **more)
    with pytest.raises(ValueError, match="^weights: "):
        batches(clips, TOY, CropConfig(), {"a": 0.0, "b": 0.0}, SAMPLE, ALL, 8, 0)


def test_encoded_frames_give_the_same_batches(clips):
    for packed, kept in zip(_batches(clips, 2), _batches(_clips(EncodedBuilder()), 2), strict=True):
        assert _same(packed, kept)


@pytest.mark.parametrize(
    "change",
    [
        {"brightness": 0.3}, {"contrast": 0.3}, {"saturation": 0.3}, {"cast": 0.3}, {"noise": 8.0}, {"blur": 1.0},
        {"grey": 1.0}, {"occlusion": 1.0}, {"distractors": 1.0},
    ],
)  # fmt: skip
def test_every_change_of_pixels_leaves_the_boxes_alone(clips, change):
    (plain,) = _batches(clips, 1, augment=PLAIN)
    (changed,) = _batches(clips, 1, augment=dataclasses.replace(PLAIN, **change))
    # The draws before the changes are the same, so only the pixels may differ.
    assert torch.equal(plain.boxes_rel, changed.boxes_rel) and torch.equal(plain.label, changed.label)
    differs = (plain.search != changed.search).any(1).any(1).any(1)
    assert differs.float().mean() > (0.15 if "noise" in change else 0.6)
    templates_differ = bool((plain.templates != changed.templates).any())
    assert templates_differ == (set(change) <= {*ALL_CROPS, "grey", "distractors"})


def test_a_group_is_grey_as_a_whole(clips):
    augment = dataclasses.replace(PLAIN, grey=0.5)
    stream, grey = batches(clips, TOY, BARE, {}, SAMPLE, augment, 8, 5), []
    for batch in islice(stream, 4):
        crops = (batch.templates.flatten(0, 1), batch.search)
        grey.append([(images.amax(1) - images.amin(1)).amax((1, 2)).view(8, 2) < 1e-3 for images in crops])
    shares = torch.cat([torch.cat(both, 1) for both in grey])
    assert (shares.all(1) | ~shares.any(1)).all() and 0.25 < shares.float().mean() < 0.75
