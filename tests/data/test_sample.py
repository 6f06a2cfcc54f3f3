"""What a batch is cut from: targets lie where they should, shares are as asked for, the same seed draws the same."""

import numpy as np
import pytest
import torch

from playground.config import SampleConfig
from playground.data.sample import draw_batch, random_box
from playground.data.store import FrameStore, Source, Track


def _store(tracks: int = 3, length: int = 4) -> FrameStore:
    rng = np.random.default_rng(1)
    made = []
    for i in range(tracks):
        boxes = np.column_stack([rng.uniform(60, 120, (length, 2)), rng.uniform(20, 60, (length, 2))])
        made.append(Track(np.arange(i * length, (i + 1) * length), boxes))
    frames = torch.zeros(tracks * length, 3, 256, 256, dtype=torch.uint8)
    extents = np.full((tracks * length, 2), 256.0)
    return FrameStore(frames, extents, (Source("a", tuple(made[:1])), Source("b", tuple(made[1:]))))


def _tracks(store: FrameStore) -> dict[int, np.ndarray]:
    return {int(f): box for s in store.sources for t in s.tracks for f, box in zip(t.frames, t.boxes, strict=True)}


def test_boxes_rel_is_the_true_box_in_the_square():
    store = _store()
    boxes = _tracks(store)
    draw = draw_batch(store, SampleConfig(), (2.0, 4.0), 64, np.random.default_rng(0))
    assert draw.templates.squares.shape == (128, 4) and draw.search.squares.shape == (128, 4)
    for i in range(128):
        x, y, w, h = draw.search.squares[i]
        x1, y1, x2, y2 = draw.boxes_rel[i]
        if draw.flip[i // 2]:
            x1, x2 = 1 - x2, 1 - x1
        back = np.array([x + x1 * w, y + y1 * h, (x2 - x1) * w, (y2 - y1) * h])
        assert back == pytest.approx(boxes[int(draw.search.frames[i])])


def test_the_target_centre_stays_in_view_and_the_first_template_is_exact():
    store = _store()
    boxes = _tracks(store)
    draw = draw_batch(store, SampleConfig(negatives=0.0), (2.0, 4.0), 200, np.random.default_rng(0))
    centres = (draw.boxes_rel[:, :2] + draw.boxes_rel[:, 2:]) / 2
    assert (centres > -0.1).all() and (centres < 1.1).all()
    for frame, square in zip(draw.templates.frames[::2], draw.templates.squares[::2], strict=True):
        x, y, w, h = boxes[int(frame)]
        side = 2 * np.sqrt(w * h)
        assert square == pytest.approx([x + w / 2 - side / 2, y + h / 2 - side / 2, side, side])


def test_labels_tell_whether_template_and_search_show_one_track():
    store = _store(tracks=8, length=1)
    config = SampleConfig(negatives=0.5, random_boxes=0.0)
    draw = draw_batch(store, config, (2.0, 4.0), 300, np.random.default_rng(0))
    template_frames = np.repeat(draw.templates.frames[::2], 2)
    same = template_frames == draw.search.frames
    assert same[draw.label == 1].all()
    assert 0.4 < draw.label.mean() < 0.6
    assert not same[draw.label == 0].any()


def test_sources_are_drawn_by_weight_and_the_same_seed_draws_the_same():
    store = _store()
    config = SampleConfig(weights={"a": 0.0, "b": 1.0})
    one, two = (draw_batch(store, config, (2.0, 4.0), 50, np.random.default_rng(7)) for _ in range(2))
    assert one.search.frames.min() >= 4  # source a holds frames 0..3
    assert (one.search.squares == two.search.squares).all() and (one.flip == two.flip).all()


def test_frames_of_a_group_are_near_each_other():
    store = _store(tracks=1, length=200)
    config = SampleConfig(max_gap=5, negatives=0.0)
    store = FrameStore(store.frames, store.extents, store.sources[:1])
    draw = draw_batch(store, config, (2.0, 4.0), 100, np.random.default_rng(0))
    base = np.repeat(draw.templates.frames[::2], 2)
    assert abs(draw.search.frames - base).max() <= 5


def test_random_boxes_lie_in_the_picture():
    rng = np.random.default_rng(0)
    for extent in ([16.0, 16.0], [256.0, 40.0], [200.0, 256.0]):
        for _ in range(200):
            x, y, w, h = random_box(np.array(extent), rng)
            assert x >= 0 and y >= 0 and x + w <= extent[0] + 1e-9 and y + h <= extent[1] + 1e-9 and min(w, h) > 0
