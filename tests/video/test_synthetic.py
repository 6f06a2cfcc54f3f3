"""The synthetic world: exact boxes, honest visibility, and the same clip for the same seed."""

from itertools import islice

import numpy as np
import pytest

from playground.video import sprites
from playground.video.synthetic import EXAMPLES, WorldConfig, render_clip, stream_clip

PLAIN = WorldConfig(width=160, height=120, frames=12, photographs=False)


def test_same_seed_same_clip_and_other_seed_another():
    one, two, other = (render_clip(seed, PLAIN) for seed in (3, 3, 4))
    assert (one.frames == two.frames).all() and (one.boxes == two.boxes).all()
    assert (one.frames != other.frames).mean() > 0.5
    assert one.frames.shape == (12, 120, 160, 3) and one.boxes.shape == (12, 4) and one.visible.shape == (12,)


def test_stream_goes_on_where_the_rendered_clip_ends():
    clip = render_clip(5, PLAIN)
    streamed = list(islice(stream_clip(5, PLAIN), 15))
    assert len(streamed) == 15
    for i in range(12):
        assert (streamed[i][0] == clip.frames[i]).all() and streamed[i][1].as_tuple() == tuple(clip.boxes[i])


@pytest.mark.parametrize("seed", range(8))
def test_boxes_are_the_boxes_of_the_pixels_drawn(seed, monkeypatch):
    """Draw the target alone, in white on black without blur or noise, and find it by its pixels."""
    config = WorldConfig(
        width=160, height=120, frames=10, photographs=False, distractors=0, noise=0, light=0, blur=0, occlusion=0,
        leave_frame=0.3, size=(0.2, 0.5),
    )  # fmt: skip
    monkeypatch.setattr("playground.video.synthetic.backdrop", lambda rng, w, h, p: np.zeros((h, w, 3), np.uint8))
    make = sprites.make_sprite

    def white(rng, photographs):
        made = make(rng, photographs)
        return sprites.Sprite(np.full_like(made.picture, 255), made.alpha, made.contour)

    monkeypatch.setattr("playground.video.synthetic.make_sprite", white)
    clip = render_clip(seed, config)
    for image, box, visible in zip(clip.frames, clip.boxes, clip.visible, strict=True):
        rows, columns = np.nonzero(image[..., 0] > 127)
        assert visible == (box[2] >= 1 and box[3] >= 1)
        if len(rows) == 0:
            continue
        seen = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        told = [box[0], box[1], box[0] + box[2], box[1] + box[3]]
        assert told == pytest.approx(seen, abs=1.5)


def test_boxes_lie_in_the_frame_and_the_first_frame_is_visible():
    for seed in range(6):
        clip = render_clip(seed, PLAIN)
        x, y, w, h = clip.boxes.T
        assert (x >= 0).all() and (y >= 0).all() and (x + w <= 160).all() and (y + h <= 120).all()
        assert clip.visible[0]


def _long(**changes) -> WorldConfig:
    return WorldConfig(width=96, height=72, frames=40, photographs=False, distractors=0, **changes)


def test_a_target_that_must_leave_leaves_and_comes_back():
    left = 0
    for seed in range(4):
        clip = render_clip(seed, _long(leave_frame=1, occlusion=0))
        gone = (clip.boxes[:, 2] < 1) | (clip.boxes[:, 3] < 1)
        assert not clip.visible[gone].any()
        left += gone.any() and not gone[-1]
    assert left >= 2  # the walk may bring one back in early, but most are gone for some frames


def test_a_target_is_hidden_only_when_something_passes():
    hidden = [(~render_clip(seed, _long(leave_frame=0, occlusion=1)).visible).any() for seed in range(4)]
    assert sum(hidden) >= 2
    for seed in range(4):
        assert render_clip(seed, _long(leave_frame=0, occlusion=0)).visible.all()


def test_coverage_equals_counting_pixels():
    square = np.array([[10, 10], [30, 10], [30, 30], [10, 30]], float)
    half = square + np.array([10, 0])
    assert sprites.coverage(square, half, 60, 60) == pytest.approx(0.5, abs=0.05)
    assert sprites.coverage(square, square + 40, 80, 80) == 0
    assert sprites.coverage(square - 100, square, 60, 60) == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [("width", 4), ("frames", 0), ("size", (0.5, 0.2)), ("blur", 1.5), ("occlusion", -0.1), ("speed", -1.0)],
)
def test_wrong_settings_are_named(field, value):
    with pytest.raises(ValueError, match=f"^{field}: "):
        WorldConfig(**{field: value})


def test_examples_show_a_visible_target_of_a_fair_size():
    for seed, config in EXAMPLES.values():
        _, box, visible = next(stream_clip(seed, config))
        assert visible and min(box.w, box.h) > 20
