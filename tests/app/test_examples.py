"""The example clips: rendered once, with a box that is where the world says its target is."""

import pytest

from playground.app import examples
from playground.app.examples import example_clip, example_start, read_name
from playground.video.synthetic import EXAMPLES, WorldConfig, render_clip

SMALL = {"tiny": (3, WorldConfig(width=64, height=48, frames=5, photographs=False))}


def test_an_example_is_rendered_once(tmp_path, monkeypatch):
    monkeypatch.setattr(examples, "EXAMPLES", SMALL)
    clip = example_clip("tiny", tmp_path)
    assert (clip.width, clip.height, clip.frames) == (64, 48, 5)
    written = clip.path.stat().st_mtime_ns
    assert example_clip("tiny", tmp_path) == clip and clip.path.stat().st_mtime_ns == written
    truth = render_clip(*SMALL["tiny"])
    assert abs(clip.frame(4).image.astype(float) - truth.frames[4]).mean() < 8  # as it was, but for the coding


def test_the_suggested_box_is_the_targets_in_whole_pixels():
    for name, (seed, config) in EXAMPLES.items():
        image, box = example_start(name)
        assert image.shape == (config.height, config.width, 3)
        truth = render_clip(seed, WorldConfig(**{**_fields(config), "frames": 1})).boxes[0]
        assert all(value == int(value) for value in box.as_tuple())
        assert [box.x, box.y, box.x2, box.y2] == pytest.approx([*truth[:2], *(truth[:2] + truth[2:])], abs=0.51)
        assert box.check_start(config.width, config.height) == box


def test_only_known_names_are_taken():
    assert read_name(next(iter(EXAMPLES))) in EXAMPLES
    for value in ("../secret", "", None, 3):
        with pytest.raises(ValueError, match="^example: must be one of"):
            read_name(value)


def _fields(config: WorldConfig) -> dict:
    return {name: getattr(config, name) for name in WorldConfig.__dataclass_fields__}
