"""The example clips: rendered once, with a box that is where the world says its target is."""

import pytest

from playground.app.demo import examples
from playground.app.demo.examples import example_clip, example_start, read_name
from playground.cache import CACHE_VARIABLE
from playground.video.synthetic import EXAMPLES, WorldConfig, render_clip, stream_clip

SMALL = {"tiny": (3, WorldConfig(width=64, height=48, frames=5, photographs=False))}


def test_an_example_is_rendered_once(tmp_path, monkeypatch):
    monkeypatch.setattr(examples, "EXAMPLES", SMALL)
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    clip = example_clip("tiny", tmp_path)
    assert (clip.width, clip.height, clip.frames, clip.link) == (64, 48, 5, "tiny")
    written = clip.path.stat().st_mtime_ns
    assert example_clip("tiny", tmp_path) == clip and clip.path.stat().st_mtime_ns == written
    truth = render_clip(*SMALL["tiny"])
    assert abs(clip.frame(4).image.astype(float) - truth.frames[4]).mean() < 8  # as it was, but for the coding


def test_it_is_kept_for_the_next_page_until_it_would_look_different(tmp_path, monkeypatch):
    monkeypatch.setattr(examples, "EXAMPLES", SMALL)
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
    drawn = []
    monkeypatch.setattr(examples, "stream_clip", lambda *asked: drawn.append(asked) or stream_clip(*asked))
    first = example_clip("tiny", tmp_path / "one")
    again = example_clip("tiny", tmp_path / "two")
    assert drawn == [SMALL["tiny"]] and again.path.read_bytes() == first.path.read_bytes()
    other = (4, SMALL["tiny"][1])
    monkeypatch.setattr(examples, "EXAMPLES", {"tiny": other})
    assert example_clip("tiny", tmp_path / "three").path.read_bytes() != first.path.read_bytes()
    assert drawn == [SMALL["tiny"], other]


def test_without_a_place_to_keep_it_there_is_an_example_all_the_same(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(examples, "EXAMPLES", SMALL)
    (tmp_path / "cache").touch()
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    assert example_clip("tiny", tmp_path).frames == 5
    assert "example: tiny.mp4 is not kept" in caplog.text


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
