"""Seeking gives the very frames that decoding from the start gives: pixels, numbers and times."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from playground.video import seek
from playground.video.decode import decode_stream
from playground.video.read import read_frames
from playground.video.seek import frames_from, index_frames, read_from
from playground.video.write import write_video

FRAMES = 47


def _encode(path: Path, codec: str, pts: list[int], turn: int = 0, **options: str) -> Path:
    """Frames that differ everywhere, on a clock of milliseconds."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        if turn:
            stream.set_display_rotation(turn)
        for i, time in enumerate(pts):
            image = np.full((48, 64, 3), (5 * i % 250, 120, 250 - 5 * i % 250), np.uint8)
            image[10:30, i : i + 10] = 255
            frame = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = time, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


STEADY = [40 * i for i in range(FRAMES)]
UNEVEN = [40 * i + 7 * (i % 3) for i in range(FRAMES)]
CLIPS = {
    "b-frames": ("a.mp4", "libx264", STEADY, {"g": "20", "bf": "3", "x264-params": "scenecut=0"}),
    "open-gop": ("a.mkv", "libx264", UNEVEN, {"x264-params": "keyint=12:open-gop=1:bframes=3:scenecut=0"}),
    "short-groups": ("a.mp4", "libx264", STEADY, {"x264-params": "keyint=2:min-keyint=1:bframes=3"}),
    "all-key": ("a.mkv", "ffv1", STEADY, {}),
    "vp9": ("a.webm", "libvpx-vp9", STEADY, {"g": "16", "deadline": "realtime", "cpu-used": "8"}),
}


@pytest.mark.parametrize("kind", CLIPS)
def test_every_frame_is_the_one_that_decoding_from_the_start_gives(kind, tmp_path):
    name, codec, pts, options = CLIPS[kind]
    path = _encode(tmp_path / name, codec, pts, **options)
    expected = list(read_frames(path))
    index = index_frames(path)
    assert index is not None and len(index.times) == len(expected) == FRAMES
    for start in (0, 1, 11, 12, 13, 19, 20, 21, 38, FRAMES - 1):
        got = next(frames_from(index, start))
        assert got.index == start == expected[start].index
        assert got.time_s == pytest.approx(expected[start].time_s, abs=1e-6)
        assert np.array_equal(got.image, expected[start].image)
    rest = list(frames_from(index, 30))
    assert [frame.index for frame in rest] == list(range(30, FRAMES))
    assert all(np.array_equal(a.image, b.image) for a, b in zip(rest, expected[30:], strict=True))


def test_only_the_group_of_the_frame_is_decoded(tmp_path, monkeypatch):
    name, codec, pts, options = CLIPS["b-frames"]
    index = index_frames(_encode(tmp_path / name, codec, pts, **options))
    decoded = []

    def counting(*arguments):
        for frame in decode_stream(*arguments):
            decoded.append(frame)
            yield frame

    monkeypatch.setattr(seek, "decode_stream", counting)
    next(frames_from(index, 42))
    assert len(decoded) == 3  # 40, a key frame, to 42


def test_a_turned_video_comes_upright(tmp_path):
    path = _encode(tmp_path / "a.mp4", "libx264", STEADY, turn=90)
    frame = next(frames_from(index_frames(path), 9))
    assert frame.image.shape == (64, 48, 3)
    assert np.array_equal(frame.image, next(read_frames(path, start=9)).image)


def test_what_packets_do_not_tell_is_read_from_the_start(tmp_path):
    path = _encode(tmp_path / "a.avi", "mpeg4", STEADY)
    assert index_frames(path) is None
    assert next(read_from(path, None, 5)).index == 5
    write_video(tmp_path / "b.mp4", [np.zeros((32, 32, 3), np.uint8)] * 4, 10)
    assert next(read_from(tmp_path / "b.mp4", index_frames(tmp_path / "b.mp4"), 3)).index == 3


def test_a_cut_file_says_what_it_has_and_no_more(tmp_path):
    name, codec, pts, options = CLIPS["open-gop"]
    path = _encode(tmp_path / name, codec, pts, **options)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    there, index = list(read_frames(path)), index_frames(path)
    assert index is not None and len(there) <= len(index.times) < FRAMES
    assert np.array_equal(next(frames_from(index, 15)).image, there[15].image)


def test_a_number_beyond_the_end_is_told(tmp_path):
    write_video(tmp_path / "a.mp4", [np.zeros((32, 32, 3), np.uint8)] * 4, 10)
    index = index_frames(tmp_path / "a.mp4")
    for start in (4, -1):
        with pytest.raises(ValueError, match=r"^start: -?\d is beyond the end of the video; choose 0 to 3"):
            next(frames_from(index, start))
