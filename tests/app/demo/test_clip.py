"""What the page learns of an uploaded video, against files whose contents are known, and what it refuses in words."""

import numpy as np
import pytest

from playground.app.demo import limits
from playground.app.demo.clip import open_clip
from playground.video.write import write_video


def test_a_clip_knows_its_size_and_length(square_clip):
    clip = open_clip(square_clip, link="square")
    assert (clip.width, clip.height, clip.frames, clip.fps, clip.link) == (128, 96, 12, 25, "square")
    assert clip.caption() == "square.mp4 · 128×96 · 12 frames · 25 FPS"
    assert clip.index is not None  # so that a frame is sought, not decoded up to


def test_a_key_tells_clips_apart_and_not_where_they_lie(square_clip, tmp_path):
    other = tmp_path / square_clip.name
    other.write_bytes(square_clip.read_bytes())
    keys = [open_clip(path).key for path in (square_clip, square_clip, other)]
    assert keys[0] == keys[1] != keys[2]
    assert all(len(key) == 16 and set(key) <= set("0123456789abcdef") for key in keys)


def test_a_frame_is_found_by_its_number(square_clip):
    frame = open_clip(square_clip).frame(5)
    assert frame.index == 5 and frame.image.shape == (96, 128, 3)
    red = np.nonzero(frame.image[42, :, 0] > 140)[0]
    assert abs(red.min() - 30) <= 1 and abs(red.max() - 53) <= 1
    with pytest.raises(ValueError, match=r"^start: 12 is beyond the end .* choose 0 to 11"):
        open_clip(square_clip).frame(12)


def test_a_clip_whose_file_is_gone_says_so_without_telling_where_it_was(tmp_path):
    write_video(tmp_path / "short.mp4", [np.zeros((32, 32, 3), np.uint8)] * 2, 10)
    clip = open_clip(tmp_path / "short.mp4")
    clip.path.unlink()
    with pytest.raises(ValueError, match="^video: short.mp4 is no longer kept here; choose it again"):
        clip.frame(0)


def test_frames_are_counted_where_the_container_does_not_say(tmp_path):
    write_video(tmp_path / "clip.mkv", [np.zeros((32, 32, 3), np.uint8)] * 9, 10)
    assert open_clip(tmp_path / "clip.mkv").frames == 9


def test_a_large_file_is_refused_with_both_sizes(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_FILE_MB", 1)
    (tmp_path / "large.mp4").write_bytes(b"\0" * 3 * 2**20)
    with pytest.raises(ValueError, match="^video: this page takes files up to 1 MB; got 3 MB"):
        open_clip(tmp_path / "large.mp4")


@pytest.mark.parametrize("index", [True, False])
def test_a_long_clip_is_refused(square_clip, monkeypatch, index):
    if not index:
        monkeypatch.setattr("playground.app.demo.clip.index_frames", lambda path, most: None)
    monkeypatch.setattr(limits, "MAX_SECONDS", 0.4)
    with pytest.raises(ValueError, match="^video: this page takes clips up to 0.4 seconds; square.mp4 has 0, so cut"):
        open_clip(square_clip)
    monkeypatch.setattr(limits, "MAX_SECONDS", 0.5)
    assert open_clip(square_clip).frames == 12
    monkeypatch.setattr(limits, "MAX_CLIP_FRAMES", 11)
    with pytest.raises(ValueError, match="^video: this page takes clips up to 11 frames; square.mp4 has 12, so cut"):
        open_clip(square_clip)


def test_large_frames_are_refused(square_clip, monkeypatch):
    monkeypatch.setattr(limits, "MAX_PIXELS", 128 * 96 - 1)
    with pytest.raises(ValueError, match="^video: this page takes frames up to .* got 128x96"):
        open_clip(square_clip)


@pytest.mark.parametrize("content", [b"not a video\n" * 40, b"", b"\x89PNG\r\n\x1a\n" + bytes(200), bytes(4000)])
def test_what_is_no_video_is_named(tmp_path, content):
    (tmp_path / "notes.mp4").write_bytes(content)
    with pytest.raises(ValueError, match=r"^video: notes\.mp4 "):
        open_clip(tmp_path / "notes.mp4")


def test_a_damaged_file_is_taken_as_far_as_it_goes_or_refused(square_clip, tmp_path):
    whole = square_clip.read_bytes()
    for length in (400, len(whole) // 3):
        (tmp_path / "half.mp4").write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"^video: .*half\.mp4 "):
            open_clip(tmp_path / "half.mp4")
