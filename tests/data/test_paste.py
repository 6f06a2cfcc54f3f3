"""Pasted objects: where they go, what of the crop they change, and what they are made of."""

import numpy as np
import pytest
import torch

from playground.data.clip import Clip
from playground.data.paste import NUMBERS, Pastes, before, beside, draw_pastes, paste
from playground.data.sample import Plan, source_chances
from playground.data.store import FrameStore, StoreBuilder
from playground.train_config import AugmentConfig, SampleConfig

TARGETS = np.array([[0.4, 0.3, 0.6, 0.7], [0.1, 0.1, 0.9, 0.3], [0.45, 0.45, 0.55, 0.55]])


def _store() -> FrameStore:
    """Two clips of one frame: a red one, and a green one with a cut-out whose left half is opaque."""
    builder = StoreBuilder()
    mask = np.zeros((100, 100), np.uint8)
    mask[:, :50] = 1
    for name, channel, more in (("red", 0, {}), ("green", 1, {"masks": (mask,), "mask_ids": (1,)})):
        picture = np.zeros((100, 100, 3), np.uint8)
        picture[..., channel] = 200
        boxes = np.array([[[20.0, 20.0, 60.0, 30.0]]])
        builder.add(Clip(source="s", name=name, frames=(picture,), boxes=boxes, **more))
    return builder.build()


def _plan(store: FrameStore) -> Plan:
    chances = source_chances(store.sources, {})
    settings = {"sample": SampleConfig(), "augment": AugmentConfig(), "template_factor": 2.0, "search_factor": 4.0}
    return Plan(frames=store, chances=chances, **settings)


def _pastes(n: int, **changes: np.ndarray) -> Pastes:
    row = {
        "wanted": np.ones(n, bool),
        "frames": np.zeros(n, np.int64),
        "boxes": np.tile([20.0, 20.0, 60.0, 30.0], (n, 1)),
        "stamps": np.full(n, -1),
        "numbers": np.random.default_rng(0).random((n, NUMBERS)),
    }
    return Pastes(**(row | changes))


def _area(boxes: np.ndarray) -> np.ndarray:
    return (boxes[:, 2:] - boxes[:, :2]).prod(1)


def _common(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.clip(np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2]), 0, None).prod(1)


def test_occluders_cover_a_part_of_the_target_and_nothing_else():
    targets = TARGETS.repeat(200, 0)
    places = before(_pastes(600), targets)
    assert (places[:, :2] >= targets[:, :2]).all() and (places[:, 2:] <= targets[:, 2:]).all()
    shares = _area(places) / _area(targets)
    assert shares.min() >= 0.25**2 and shares.max() <= 0.75**2 and 0.2 < shares.mean() < 0.3


def test_distractors_lie_close_beside_the_target_in_every_direction():
    targets = TARGETS.repeat(200, 0)
    places = beside(_pastes(600), targets)
    covered = _common(places, targets) / _area(targets)
    assert covered.max() < 0.25 and (covered == 0).mean() > 0.5
    ratio = _area(places) / _area(targets)
    assert np.exp(-1) <= ratio.min() and ratio.max() <= np.exp(1)
    shape = (places[:, 2:] - places[:, :2]) @ [[1.0, 0.0], [0.0, -2.0]]
    assert shape.sum(1) == pytest.approx(0, abs=1e-9)  # twice as wide as high, as the object's own box
    middle = (places[:, :2] + places[:, 2:] - targets[:, :2] - targets[:, 2:]) / 2
    assert all((np.sign(middle) == signs).all(1).mean() > 0.15 for signs in ([1, 1], [1, -1], [-1, 1], [-1, -1]))


def test_a_cut_out_is_pasted_where_it_is_opaque():
    images = torch.full((2, 3, 40, 40), 100.0)
    pastes = _pastes(2, wanted=np.array([False, True]), stamps=np.array([-1, 0]))
    changed = paste(images, _store(), pastes, np.array([[0.0, 0.0, 1.0, 1.0], [0.25, 0.5, 0.75, 1.0]]))
    assert torch.equal(changed[0], images[0]) and (images == 100).all()  # the images themselves stay
    # The box begins at 20 and is 60 wide, so its opaque half ends at column 30 of 60: the left half of the place.
    assert (changed[1, :, 22:38, 12:18] - torch.tensor([0.0, 200.0, 0.0]).view(3, 1, 1)).abs().max() < 1e-3
    outside = changed[1].clone()
    outside[:, 19:, 9:21] = 100
    assert (outside == 100).all()


@pytest.mark.parametrize("number, share", [(0.1, np.pi / 4), (0.9, 1.0)])
def test_without_a_cut_out_an_ellipse_or_rectangle_of_the_frame_is_pasted(number, share):
    images = torch.full((1, 3, 80, 80), 100.0)
    pastes = _pastes(1, numbers=np.full((1, NUMBERS), number))
    changed = paste(images, _store(), pastes, np.array([[0.25, 0.25, 0.75, 0.75]]))[0]
    weight = ((changed[0] - 100) / 100).sum() / 40**2  # the picture is 200 in red
    assert weight.item() == pytest.approx(share, abs=0.1)
    assert torch.allclose(changed[0] - 100, 100 - changed[1], atol=1e-3)  # 0 in green
    assert (changed[:, :20] == 100).all() and (changed[:, :, :20] == 100).all() and (changed[:, 60:] == 100).all()


def test_other_objects_are_drawn_at_the_chance_and_never_of_the_same_clip():
    plan, rng = _plan(_store()), np.random.default_rng(0)
    drawn = draw_pastes(plan, "s/red", 0.3, 400, rng)
    assert drawn.wanted.mean() == pytest.approx(0.28, abs=0.08)
    assert (drawn.stamps[drawn.wanted] == 0).all() and (drawn.frames[drawn.wanted] == 1).all()
    plain = draw_pastes(plan, "s/green", 1.0, 50, rng)
    assert plain.wanted.mean() > 0.8  # else none of another clip came up
    assert (plain.stamps == -1).all() and (plain.frames == 0).all()
    assert (plain.boxes[plain.wanted] == [20.0, 20.0, 60.0, 30.0]).all()
    assert not draw_pastes(plan, "s/red", 0.0, 50, rng).wanted.any()
