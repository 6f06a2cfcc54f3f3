"""Streams that give no frame any more, that repeat themselves, or whose frames change their size midway."""

import itertools
import logging
from pathlib import Path

import av
import numpy as np
import pytest
from quicktime import write_bomb

from playground.video import packets
from playground.video.decode import MAX_SIDE
from playground.video.read import describe, read_frames
from playground.video.seek import index_frames, read_from

SUFFIXES = {"mp4": "mp4", "matroska": "mkv", "mpegts": "ts"}


def _h264(path: Path, width: int, height: int, frames: int) -> Path:
    """Grey above, and a white lower half: its edge says where a picture's middle is."""
    image = np.full((height, width, 3), 90, np.uint8)
    image[height // 2 :] = 250
    with av.open(str(path), "w", format="h264") as container:
        stream = container.add_stream("libx264", rate=25, options={"preset": "ultrafast", "crf": "30"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for _ in range(frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode())
    return path


def _joined(folder: Path, kind: str, *parts: Path) -> Path:
    """The packets of all parts as one stream, whose head tells of the first alone."""
    path, number = folder / f"joined.{SUFFIXES[kind]}", itertools.count()
    with av.open(str(path), "w", format=kind) as out:
        stream = None
        for part in parts:
            with av.open(str(part), format="h264") as container:
                stream = stream or out.add_stream_from_template(container.streams.video[0])
                for packet in container.demux(container.streams.video[0]):
                    if packet.size:
                        packet.time_base = container.streams.video[0].time_base
                        packet.pts = packet.dts = next(number) * 48_000
                        packet.duration, packet.stream = 48_000, stream
                        out.mux(packet)
    return path


@pytest.mark.parametrize("kind", SUFFIXES)
def test_frames_of_another_size_are_scaled_to_the_first(tmp_path, kind, caplog):
    parts = _h264(tmp_path / "a.h264", 64, 48, 30), _h264(tmp_path / "b.h264", 128, 96, 5)
    path = _joined(tmp_path, kind, *parts)
    with caplog.at_level(logging.WARNING, logger="playground"):
        frames = list(read_frames(path))
    assert len(frames) == 35 and {frame.image.shape for frame in frames} == {(48, 64, 3)}
    for frame in frames:  # the same picture, at the same place
        assert frame.image[:23].max() < 120 < 220 < frame.image[26:].min()
    assert [r.message for r in caplog.records].count(
        f"video: {path} has frames of 128x96 from frame 30 on; they are scaled to the first's 64x48."
    ) == 1
    sought = next(read_from(path, index_frames(path), 33))
    assert np.array_equal(sought.image, frames[33].image)
    assert (describe(path).width, describe(path).height) == (64, 48)


@pytest.mark.parametrize("kind", SUFFIXES)
def test_a_later_frame_above_the_limit_is_damage(tmp_path, kind, caplog, monkeypatch):
    monkeypatch.setattr("playground.video.decode.MAX_SIDE", 100)
    parts = _h264(tmp_path / "a.h264", 64, 48, 30), _h264(tmp_path / "b.h264", 128, 96, 2)
    with caplog.at_level(logging.WARNING, logger="playground"):
        frames = list(read_frames(_joined(tmp_path, kind, *parts)))
    assert len(frames) == 30 and "could not be decoded" in caplog.text
    assert MAX_SIDE == 8192


def test_a_first_frame_above_the_limit_is_refused_whatever_its_head_says(tmp_path, monkeypatch):
    path = _h264(tmp_path / "a.h264", 128, 64, 3)
    monkeypatch.setattr("playground.video.decode.MAX_SIDE", 100)
    monkeypatch.setattr("playground.video.decode.find_stream", lambda container, source: container.streams.video[0])
    with pytest.raises(ValueError, match="^video: .*got 128x64"):
        next(read_frames(path))


def test_a_stream_that_gives_nothing_is_left(tmp_path, monkeypatch, caplog):
    path, tried = write_bomb(tmp_path / "a.mov", 50, 100, 25, stored=6000, codec=b"jpeg"), []
    real = packets._packets

    def counted(*arguments):
        for packet in real(*arguments):
            tried.append(packet)
            yield packet

    monkeypatch.setattr(packets, "_packets", counted)
    with pytest.raises(ValueError, match="^video: no frame of .* can be decoded"):
        describe(path)
    assert len(tried) == packets.MAX_BARREN
    assert "damaged after frame 0" in caplog.text


def test_bytes_that_are_named_again_and_again_are_left(tmp_path, monkeypatch, caplog):
    path = write_bomb(tmp_path / "a.mov", 50, 100, 25, stored=6000)
    assert len(index_frames(path).times) == 5000 == sum(1 for _ in read_frames(path))
    monkeypatch.setattr(packets, "SLACK", 0)
    most = 2 * path.stat().st_size // 4
    assert sum(1 for _ in read_frames(path)) == most < 5000 and "again and again" in caplog.text
    assert index_frames(path) is None


def test_an_index_of_so_many(tmp_path):
    path = write_bomb(tmp_path / "a.mov", 50, 100, 25, stored=6000)
    for most in (1, 100, 4999, 5000, 6000):
        assert len(index_frames(path, most).times) == min(most, 5000)


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mp4", "libx264"), ("a.mkv", "libx264"), ("a.avi", "mpeg4"), ("a.webm", "libvpx")]
)
def test_a_file_that_states_a_picture_and_holds_no_frame_is_refused(tmp_path, name, codec):
    path = tmp_path / name
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        container.start_encoding()
    assert path.stat().st_size > 200
    for read in (describe, lambda path: list(read_frames(path))):
        with pytest.raises(ValueError, match=f"^video: .*{name}.* (no video stream|cannot be opened|can be decoded)"):
            read(path)
