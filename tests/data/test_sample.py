"""What a group is cut from: targets lie where they should, shares are as asked for, the same seed draws the same."""

import dataclasses

import numpy as np
import pytest
import torch

from playground.data.sample import Group, Plan, draw_group, random_box, source_chances
from playground.data.store import SIDE, FrameStore
from playground.data.tracks import Source, Track
from playground.train_config import AugmentConfig, SampleConfig

STILL = AugmentConfig(flip=0.0)
FACTORS = 2.0, 4.0


def _store(tracks: int = 3, length: int = 4, absent: int = 0) -> FrameStore:
    """Tracks of ``length`` frames and ``absent`` frames after them, the first one in source a, the others in b."""
    rng = np.random.default_rng(1)
    whole = length + absent
    made = []
    for i in range(tracks):
        boxes = np.column_stack([rng.uniform(60, 120, (length, 2)), rng.uniform(20, 60, (length, 2))])
        numbers = np.arange(i * whole, (i + 1) * whole)
        made.append(Track(name=f"clip {i}", frames=numbers[:length], boxes=boxes, absent=numbers[length:]))
    return FrameStore(
        pixels=torch.zeros(1, SIDE, SIDE, 3, dtype=torch.uint8).expand(tracks * whole, -1, -1, -1),
        extents=np.full((tracks * whole, 2), float(SIDE)),
        cut_outs=torch.zeros(0, 4, 64, 64, dtype=torch.uint8),
        sources=(Source("a", tuple(made[:1])), Source("b", tuple(made[1:]))),
    )


def _plan(
    store: FrameStore, sample: SampleConfig, augment: AugmentConfig = STILL, weights: dict[str, float] | None = None
) -> Plan:
    chances = source_chances(store.sources, weights or {})
    factors = dict(zip(("template_factor", "search_factor"), FACTORS, strict=True))
    return Plan(frames=store, chances=chances, sample=sample, augment=augment, **factors)


def _groups(plan: Plan, n: int) -> list[Group]:
    return [draw_group(plan, np.random.default_rng([0, i])) for i in range(n)]


def _boxes(store: FrameStore) -> dict[int, np.ndarray]:
    return {int(f): box for s in store.sources for t in s.tracks for f, box in zip(t.frames, t.boxes, strict=True)}


def test_templates_and_targets_have_the_boxes_of_their_frames_and_the_first_template_is_exact():
    store = _store()
    boxes = _boxes(store)
    for group in _groups(_plan(store, SampleConfig(templates=3)), 60):
        for frame, box in zip(group.search.frames, group.search_boxes, strict=True):
            assert box == pytest.approx(boxes[int(frame)])
        for frame, box in zip(group.templates.frames, group.template_boxes, strict=True):
            assert box == pytest.approx(boxes[int(frame)])
        x, y, w, h = group.template_boxes[0]
        side = FACTORS[0] * np.sqrt(w * h)
        assert group.templates.squares[0] == pytest.approx([x + w / 2 - side / 2, y + h / 2 - side / 2, side, side])
        assert group.templates.squares[1] != pytest.approx(group.template_boxes[1])
        off = group.templates.squares[1:, :2] + group.templates.squares[1:, 2:] / 2
        off -= group.template_boxes[1:, :2] + group.template_boxes[1:, 2:] / 2
        assert (np.abs(off) > 0).all() and (np.abs(off) < 0.25 * 60).all()


@pytest.mark.parametrize("calm", [0.0, 1.0])
def test_the_targets_centre_stays_in_view(calm):
    sample = SampleConfig(negatives=0.0, calm=calm, calm_shift=5.0, wild_reach=1.0, stretch=0.0, zoom=0.3)
    for group in _groups(_plan(_store(), sample), 200):
        found = group.search.relative(group.search_boxes)
        centres = (found[:, :2] + found[:, 2:]) / 2
        assert (centres > -1e-9).all() and (centres < 1 + 1e-9).all()


def test_wild_boxes_reach_as_far_as_asked_for_and_calm_ones_are_close():
    def offsets(**settings: float) -> np.ndarray:
        groups = _groups(_plan(_store(), SampleConfig(negatives=0.0, stretch=0.0, **settings)), 300)
        found = np.concatenate([group.search.relative(group.search_boxes) for group in groups])
        return np.abs((found[:, :2] + found[:, 2:]) / 2 - 0.5)

    assert 0.33 < offsets(calm=0.0, wild_reach=0.7).max() <= 0.35 + 1e-9
    # The mean size of a Laplace step is its scale, here in crops of four object sizes.
    assert offsets(calm=1.0, calm_shift=0.2).mean() == pytest.approx(0.2 / 4, rel=0.1)


def test_zoom_moves_and_spreads_the_side_of_the_search_region_and_stretch_its_shape():
    def sides(**settings: float) -> np.ndarray:
        sample = SampleConfig(negatives=0.0, calm=1.0, calm_scale=0.0, **settings)
        groups = _groups(_plan(_store(), sample), 400)
        squares = np.concatenate([group.search.squares for group in groups])
        boxes = np.concatenate([group.search_boxes for group in groups])
        return np.log(squares[:, 2:] / np.sqrt(boxes[:, 2:].prod(1, keepdims=True)) / FACTORS[1])

    assert np.abs(sides(zoom=0.0, stretch=0.0)).max() < 1e-9
    moved = sides(zoom_mean=0.3, zoom=0.1, stretch=0.0)
    assert moved.mean() == pytest.approx(0.3, abs=0.02) and moved.std() == pytest.approx(0.1, rel=0.1)
    zoomed, stretched = sides(zoom=0.2, stretch=0.0), sides(zoom=0.0, stretch=0.1)
    assert zoomed[:, 0].std() == pytest.approx(0.2, rel=0.1) and (zoomed[:, 0] == pytest.approx(zoomed[:, 1]))
    assert stretched.std() == pytest.approx(0.1, rel=0.1) and abs(np.corrcoef(stretched.T)[0, 1]) < 0.15


def test_negatives_show_an_object_of_another_clip():
    store = _store(tracks=8, length=1)
    groups = _groups(_plan(store, SampleConfig(negatives=0.5, random_boxes=0.0)), 200)
    label = np.concatenate([group.label for group in groups])
    same = np.concatenate([group.search.frames == group.templates.frames[0] for group in groups])
    assert 0.4 < label.mean() < 0.6 and (same == (label == 1)).all()
    alone = dataclasses.replace(store, sources=store.sources[:1])
    assert all(group.label.all() for group in _groups(_plan(alone, SampleConfig(negatives=1.0)), 5))


def test_where_the_object_is_absent_negatives_look_for_it_where_it_was_last():
    store = _store(tracks=3, length=4, absent=2)
    boxes = _boxes(store)
    for group in _groups(_plan(store, SampleConfig(negatives=1.0)), 100):
        assert (group.label == 0).all()
        assert set(group.search.frames % 6) <= {4, 5}
        clip = group.templates.frames[0] // 6
        assert (group.search.frames // 6 == clip).all()
        assert (group.search_boxes == boxes[int(clip) * 6 + 3]).all()


def test_sources_are_drawn_by_weight_and_the_same_seed_draws_the_same():
    store = _store()
    plan = _plan(store, SampleConfig(negatives=0.0), weights={"a": 3.0, "elsewhere": 5.0})
    one, two = (_groups(plan, 400) for _ in range(2))
    assert np.mean([group.name == "clip 0" for group in one]) == pytest.approx(0.75, abs=0.07)
    assert all((a.search.squares == b.search.squares).all() for a, b in zip(one, two, strict=True))
    only = _groups(_plan(store, SampleConfig(), weights={"a": 0.0}), 50)
    assert min(group.search.frames.min() for group in only) >= 4  # source a holds frames 0..3
    with pytest.raises(ValueError, match="^weights: .*a, b"):
        source_chances(store.sources, {"a": 0.0, "b": 0.0})


def test_flips_are_of_a_group_or_of_each_crop_and_only_search_regions_turn():
    def mirrors(augment: AugmentConfig) -> np.ndarray:
        groups = _groups(_plan(_store(), SampleConfig(), augment), 200)
        assert all((group.templates.turn == 0).all() for group in groups)
        turns = np.concatenate([group.search.turn for group in groups])
        assert np.abs(turns).max() <= augment.turn and turns.std() == pytest.approx(augment.turn / 3**0.5, rel=0.1)
        return np.array([[*group.templates.mirror, *group.search.mirror] for group in groups])

    assert not mirrors(AugmentConfig(flip=0.0)).any()
    whole = mirrors(AugmentConfig(flip=0.5, turn=20.0))
    assert (whole.all(1) | ~whole.any(1)).all() and 0.4 < whole.mean() < 0.6
    each = mirrors(AugmentConfig(flip=0.0, flip_each=0.5))
    assert 0.45 < each.mean() < 0.55 and np.abs(np.corrcoef(each.T) - np.eye(4)).max() < 0.25


def test_stills_may_get_any_rectangle_and_clips_do_not():
    for length, share in ((1, 0.5), (4, 0.0)):
        store = _store(length=length)
        boxes = _boxes(store)
        groups = _groups(_plan(store, SampleConfig(random_boxes=0.5, negatives=0.0)), 200)
        made_up = [(group.template_boxes[0] != boxes[int(group.templates.frames[0])]).any() for group in groups]
        assert np.mean(made_up) == pytest.approx(share, abs=0.1)


def test_random_boxes_lie_in_the_picture():
    rng = np.random.default_rng(0)
    for extent in ([16.0, 16.0], [256.0, 40.0], [200.0, 256.0]):
        for _ in range(200):
            x, y, w, h = random_box(np.array(extent), rng)
            assert x >= 0 and y >= 0 and x + w <= extent[0] + 1e-9 and y + h <= extent[1] + 1e-9 and min(w, h) > 0
