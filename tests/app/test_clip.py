"""What the page learns of an uploaded video, against files whose contents are known."""

import numpy as np
import pytest

from playground.app import clip as limits
from playground.app.clip import open_clip
from playground.video.write import write_video


def test_a_clip_knows_its_size_and_length(square_clip):
    clip = open_clip(square_clip)
    assert (clip.width, clip.height, clip.frames, clip.fps) == (128, 96, 12, 25)
    assert clip.caption() == "square.mp4 · 128×96 · 12 frames · 25 FPS"


def test_a_frame_is_found_by_its_number(square_clip):
    frame = open_clip(square_clip).frame(5)
    assert frame.index == 5 and frame.image.shape == (96, 128, 3)
    red = np.nonzero(frame.image[42, :, 0] > 140)[0]
    assert abs(red.min() - 30) <= 1 and abs(red.max() - 53) <= 1
    with pytest.raises(ValueError, match=r"^start: 12 is beyond the end .* choose 0 to 11"):
        open_clip(square_clip).frame(12)


def test_frames_are_counted_where_the_container_does_not_say(tmp_path, monkeypatch):
    write_video(tmp_path / "clip.mkv", [np.zeros((32, 32, 3), np.uint8)] * 9, 10)
    assert open_clip(tmp_path / "clip.mkv").frames == 9
    monkeypatch.setattr(limits, "MAX_FRAMES", 4)
    assert open_clip(tmp_path / "clip.mkv").frames == 4


def test_a_large_file_is_refused_with_both_sizes(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_FILE_MB", 1)
    (tmp_path / "large.mp4").write_bytes(b"\0" * 3 * 2**20)
    with pytest.raises(ValueError, match="^video: this page takes files up to 1 MB; got 3 MB"):
        open_clip(tmp_path / "large.mp4")


def test_what_is_no_video_is_named(tmp_path):
    (tmp_path / "notes.mp4").write_text("not a video\n" * 40)
    with pytest.raises(ValueError, match=r"^video: notes\.mp4 "):
        open_clip(tmp_path / "notes.mp4")
