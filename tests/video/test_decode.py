"""Decoding, on clips made by PyAV alone: times, rotation, pixel formats, and damaged files."""

import gc
import logging
import shutil
import socket
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import numpy as np
import pytest

from playground.video.decode import check_size, open_video, orient


def picture(height: int = 32, width: int = 48) -> np.ndarray:
    """Four quarters of different colour: no turn or mirror of it equals another."""
    image = np.zeros((height, width, 3), np.uint8)
    image[: height // 2, : width // 2] = (220, 40, 40)
    image[: height // 2, width // 2 :] = (40, 220, 40)
    image[height // 2 :, : width // 2] = (40, 40, 220)
    image[height // 2 :, width // 2 :] = (220, 220, 220)
    return image


def encode(
    path: Path,
    images: list[np.ndarray],
    *,
    codec: str = "ffv1",
    pix_fmt: str = "yuv444p",
    pts: list[int] | None = None,
    turn: tuple[int, bool, bool] | None = None,
    **options: str,
) -> Path:
    """A clip with a clock of milliseconds; without ``pts``, 40 ms a frame."""
    flags = {"movflags": "+faststart"} if path.suffix == ".mp4" else {}
    with av.open(str(path), "w", options=flags) as container:
        stream = container.add_stream(codec, rate=25, options=options)
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt = pix_fmt
        stream.codec_context.time_base = Fraction(1, 1000)
        if turn is not None:
            stream.set_display_rotation(turn[0], hflip=turn[1], vflip=turn[2])
        for index, image in enumerate(images):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(format=pix_fmt)
            frame.pts, frame.time_base = (pts[index] if pts else 40 * index), Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def decode(path: Path) -> tuple[list[float], list[np.ndarray]]:
    with open_video(path) as video:
        pairs = [(time_s, load()) for time_s, load in video.pictures]
    return [time_s for time_s, _ in pairs], [image for _, image in pairs]


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("mirror", [(False, False), (True, False), (False, True)])
def test_the_eight_orientations(tmp_path: Path, degrees: int, mirror: tuple[bool, bool]) -> None:
    image = picture()
    path = encode(tmp_path / "a.mp4", [image] * 2, codec="libx264", pix_fmt="yuv420p", turn=(degrees, *mirror), crf="1")
    wanted = np.rot90(image, degrees // 90)  # counter-clockwise, as PyAV counts
    wanted = wanted[:: -1 if mirror[1] else 1, :: -1 if mirror[0] else 1]
    _, (first, _) = decode(path)
    assert first.shape == wanted.shape
    assert np.mean(np.abs(first.astype(int) - wanted)) < 6


def test_orient_moves_each_pixel_as_the_matrix_says() -> None:
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (3, 5, 3), dtype=np.uint8)
    one = 1 << 16
    for a, b, c, d in [
        (1, 0, 0, 1),
        (-1, 0, 0, 1),
        (0, 1, -1, 0),
        (0, -1, 1, 0),
        (0, 1, 1, 0),
        (0, -1, -1, 0),
    ]:
        matrix = np.array([a * one, b * one, 0, c * one, d * one, 0, 0, 0, 1 << 30], np.int32)
        shown = orient(image, matrix)
        y, x = np.mgrid[:3, :5]
        to_x, to_y = a * x + c * y, b * x + d * y
        wanted = np.zeros((np.ptp(to_y) + 1, np.ptp(to_x) + 1, 3), np.uint8)
        wanted[to_y - to_y.min(), to_x - to_x.min()] = image
        np.testing.assert_array_equal(shown, wanted)


def test_variable_frame_rate_starts_at_zero(tmp_path: Path) -> None:
    pts = [500, 540, 700, 705, 1500]
    times, images = decode(encode(tmp_path / "v.mkv", [picture()] * 5, pts=pts))
    assert times == pytest.approx([(p - 500) / 1000 for p in pts], abs=1e-6)
    assert len(images) == 5


def test_a_stream_without_times_counts_by_its_rate(tmp_path: Path) -> None:
    path = encode(tmp_path / "raw.h264", [picture()] * 4, codec="libx264", pix_fmt="yuv420p", bf="0")
    with av.open(str(path)) as container:
        rate = container.streams.video[0].average_rate or container.streams.video[0].guessed_rate
        assert next(container.decode(video=0)).pts is None
    assert decode(path)[0] == pytest.approx([i / float(rate) for i in range(4)])


@pytest.mark.parametrize(
    ("pix_fmt", "grey"),
    [
        ("gray", True),
        ("yuva420p", False),
        ("yuv420p10le", False),
        ("gray10le", True),
        ("bgra", False),
        ("yuv422p", False),
    ],
)
def test_every_pixel_format_becomes_rgb(tmp_path: Path, pix_fmt: str, grey: bool) -> None:
    image = picture(31, 47)
    _, (back,) = decode(encode(tmp_path / "a.mkv", [image], pix_fmt=pix_fmt))
    assert (back.shape, back.dtype) == (image.shape, np.uint8)
    if grey:
        luma = image @ np.array([0.299, 0.587, 0.114])
        assert np.abs(back.astype(float) - luma[..., None]).max() < 4
    else:  # colour may bleed over the quarters' edges where it is stored at half the resolution
        assert np.median(np.abs(back.astype(int) - image)) <= 2


def test_full_range_colour_is_not_stretched(tmp_path: Path) -> None:
    image = np.full((16, 16, 3), (8, 128, 247), np.uint8)
    _, (back,) = decode(encode(tmp_path / "a.avi", [image], codec="mjpeg", pix_fmt="yuvj444p", qmin="1"))
    assert np.abs(back.astype(int) - image).max() <= 4


def test_one_pixel(tmp_path: Path) -> None:
    image = np.full((1, 1, 3), 77, np.uint8)
    times, (back,) = decode(encode(tmp_path / "a.mkv", [image], pix_fmt="bgr0"))
    assert times == [0.0]
    np.testing.assert_array_equal(back, image)


def test_a_damaged_packet_is_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    images = [np.full((32, 32, 3), 20 * i, np.uint8) for i in range(8)]
    path = encode(tmp_path / "a.avi", images, codec="mjpeg", pix_fmt="yuvj420p")
    with av.open(str(path)) as container:
        packet = next(p for i, p in enumerate(container.demux(video=0)) if i == 3)
        place, size = packet.pos, packet.size
    data = bytearray(path.read_bytes())
    start = data.index(b"\xff\xd8", place)
    data[start : start + size] = bytes(size)
    path.write_bytes(data)
    with caplog.at_level(logging.WARNING, logger="playground"):
        times, back = decode(path)
    assert [round(float(image.mean()) / 20) for image in back] == [0, 1, 2, 4, 5, 6, 7]
    assert times == pytest.approx([i / 25 for i in (0, 1, 2, 4, 5, 6, 7)], abs=1e-3)
    assert "after frame 3" in caplog.text


def test_a_cut_file_gives_the_frames_it_has(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 256, (64, 64, 3), dtype=np.uint8) for _ in range(30)]
    path = encode(tmp_path / "a.mp4", images, codec="libx264", pix_fmt="yuv420p", bf="0", g="5")
    whole = decode(path)[1]
    assert len(whole) == 30
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with caplog.at_level(logging.WARNING, logger="playground"):
        _, back = decode(path)
    assert 10 <= len(back) < 20
    for a, b in zip(whole, back[:-1], strict=False):
        np.testing.assert_array_equal(a, b)
    assert "states 30" in caplog.text


def test_a_connection_that_breaks_ends_the_stream_with_what_arrived(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = [np.full((32, 32, 3), 20 * i, np.uint8) for i in range(12)]
    path = encode(tmp_path / "a.mp4", images, codec="libx264", pix_fmt="yuv420p", bf="2", b_strategy="0")

    class Breaking:
        """The real container, whose sixth packet never arrives."""

        def __init__(self, container: av.container.InputContainer) -> None:
            self.real = container

        def __enter__(self) -> "Breaking":
            return self

        def __exit__(self, *_: object) -> None:
            self.real.close()

        def __getattr__(self, name: str) -> object:
            return getattr(self.real, name)

        def demux(self, stream: av.video.stream.VideoStream) -> Iterator[av.Packet]:
            yield from islice(self.real.demux(stream), 5)
            raise av.error.ConnectionResetError(104, "Connection reset by peer")

    real_open = av.open
    monkeypatch.setattr(av, "open", lambda *args, **options: Breaking(real_open(*args, **options)))
    with caplog.at_level(logging.WARNING, logger="playground"):
        _, back = decode(path)
    # B-frames are stored out of order, so the decoder still holds some when the connection breaks.
    assert [round(float(image.mean()) / 20) for image in back] == [0, 1, 2, 3, 4]
    assert "Connection reset" in caplog.text


def test_a_file_cut_before_its_index_is_refused(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", [picture()] * 5, codec="libx264", pix_fmt="yuv420p")
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(ValueError, match=r"^video: .*a\.mp4"):
        decode(path)


def test_what_is_no_video_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("This is a shopping list, not a film.\n" * 50)
    (tmp_path / "notes.txt").write_text("This is a shopping list, not a film.\n" * 50)
    (tmp_path / "empty.mp4").touch()
    with av.open(str(tmp_path / "sound.wav"), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
        silence.rate = 8000
        container.mux(stream.encode(silence))
        container.mux(stream.encode())
    cases = {
        "text.mp4": "cannot be opened as a video",
        "notes.txt": "no video stream",
        "empty.mp4": "is empty",
        "sound.wav": "no video stream",
        "absent.mp4": "does not exist",
        "": "is not a file",
    }
    for name, message in cases.items():
        with pytest.raises(ValueError, match=f"^video: .*{message}"):
            decode(tmp_path / name)


def test_a_playlist_does_not_reach_other_addresses(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.ts"
        path = tmp_path / "list.m3u8"
        path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{address}\n#EXT-X-ENDLIST\n")
        with pytest.raises(ValueError, match=r"^video: .*list\.m3u8"):
            decode(path)
        with pytest.raises(TimeoutError):
            server.accept()


def test_an_unreachable_address_is_refused() -> None:
    url = "http://127.0.0.1:9/a.mp4"
    with pytest.raises(ValueError, match=f"^video: {url} cannot be opened"), open_video(url):
        pass


def test_a_colon_in_a_name_is_no_protocol(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encode(tmp_path / "plain.mkv", [picture()])
    shutil.move(tmp_path / "plain.mkv", tmp_path / "take:1 %03d.mkv")
    monkeypatch.chdir(tmp_path)
    assert len(decode(Path("take:1 %03d.mkv"))[1]) == 1


def test_the_largest_side() -> None:
    check_size(7680, 4320)
    check_size(8192, 8192)
    with pytest.raises(ValueError, match=r"^video: .*8192.*8193x10"):
        check_size(8193, 10)


def test_a_video_above_the_largest_side_is_refused(tmp_path: Path) -> None:
    path = encode(tmp_path / "wide.mkv", [np.zeros((2, 8200, 3), np.uint8)])
    with pytest.raises(ValueError, match=r"^video: .*8200x2"):
        decode(path)


@pytest.mark.parametrize("name", ["list.m3u8", "list.txt", "list.mp4"])
@pytest.mark.parametrize("text", ["#EXTM3U\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n", "ffconcat version 1.0\nfile {}\n"])
def test_a_playlist_does_not_reach_other_files(tmp_path, name, text):
    """A file that somebody uploads must not show them the other videos of the machine."""
    secret = encode(tmp_path / "secret.mp4", [picture()] * 3, codec="libx264", pix_fmt="yuv420p")
    for path in (secret, Path("secret.mp4")):
        (tmp_path / name).write_text(text.format(path))
        with pytest.raises(ValueError, match="^video: "), open_video(tmp_path / name) as video:
            list(video.pictures)


def test_a_clock_that_begins_again_goes_on(tmp_path):
    """Two recordings joined end to end, as broadcast captures are: times keep rising by a frame."""
    parts = [encode(tmp_path / f"{i}.ts", [picture()] * 5, codec="libx264", pix_fmt="yuv420p") for i in range(2)]
    joined = tmp_path / "joined.ts"
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    with open_video(joined) as video:
        times = [time_s for time_s, _ in video.pictures]
    assert len(times) == 10
    assert np.diff(times) == pytest.approx(np.full(9, 0.04), abs=0.011)


def test_a_file_that_is_cut_within_its_head_is_named(tmp_path):
    whole = encode(tmp_path / "whole.mp4", [picture()] * 12, codec="libx264", pix_fmt="yuv420p")
    for length in range(100, 1200, 100):
        (tmp_path / "cut.mp4").write_bytes(whole.read_bytes()[:length])
        with pytest.raises(ValueError, match=r"^video: .*cut\.mp4"):
            decode(tmp_path / "cut.mp4")


def test_a_frame_goes_with_its_last_user(tmp_path):
    encode(tmp_path / "clip.mp4", [picture(seed) for seed in (32, 32, 32, 32, 32, 32, 32, 32)])
    gc.collect()
    gc.disable()  # a frame that only the garbage collector frees keeps megabytes and two threads until it runs
    try:
        with open_video(tmp_path / "clip.mp4") as video:
            for _, load in video.pictures:
                load()
            kept = sum(isinstance(thing, av.VideoFrame) for thing in gc.get_objects())
    finally:
        gc.enable()
    assert kept <= 2
