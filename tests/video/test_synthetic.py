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

    def white(rng, photographs, side):
        made = make(rng, photographs, side)
        return sprites.Sprite(
            tuple(level[..., 3:] * np.float32([255, 255, 255, 1]) for level in made.levels), made.contour
        )

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


@pytest.mark.parametrize("seed", range(4))
def test_a_target_that_must_leave_leaves_and_comes_back(seed):
    clip = render_clip(seed, _long(leave_frame=1, occlusion=0))
    gone = (clip.boxes[:, 2] < 1) | (clip.boxes[:, 3] < 1)
    assert gone.any() and not gone[-1]
    assert (clip.visible == ~gone).all()


@pytest.mark.parametrize("seed", range(6))
def test_visible_says_whether_a_fifth_of_the_drawn_target_is_seen(seed, monkeypatch):
    """Draw the same clip with a white and a black target: the pixels that differ are those of it that are seen."""
    config = WorldConfig(
        width=160, height=120, frames=40, photographs=False, distractors=0, noise=0, light=0, blur=0, occlusion=1,
        leave_frame=0, size=(0.35, 0.35),
    )  # fmt: skip
    make = sprites.make_sprite

    def render(grey, with_screen=True):
        made = []

        def painted(rng, photographs, side):
            sprite = make(rng, photographs, side)
            made.append(sprite)
            colour = np.float32([grey, grey, grey, 1] if len(made) == 1 else [99, 99, 99, 1])
            return sprites.Sprite(
                tuple(
                    level[..., 3:] * colour * (1.0 if with_screen or len(made) == 1 else 0) for level in sprite.levels
                ),
                sprite.contour,
            )

        monkeypatch.setattr("playground.video.synthetic.make_sprite", painted)
        return render_clip(seed, config)

    def seen(with_screen):
        white, black = (render(grey, with_screen).frames[..., 0].astype(float) for grey in (255, 0))
        return (white - black).sum(axis=(1, 2))

    share = seen(True) / seen(False)
    visible = render(0).visible
    clear = np.abs(share - 0.2) > 0.04
    assert (visible == (share > 0.2))[clear].all()
    assert (share < 0.05).any() and (share > 0.95).any()


def test_nothing_hides_a_target_where_nothing_passes():
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
