"""Every kind of source gives the same kind of frame."""

import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from playground.video import decode, read
from playground.video.read import Frame, SourceInfo, describe, read_frames
from playground.video.write import open_writer, write_video


def shades(count: int, height: int = 32, width: int = 48) -> np.ndarray:
    """Frame ``i`` is all ``10 * i``: a frame read from a file tells its own number."""
    return np.repeat(np.arange(count, dtype=np.uint8) * 10, height * width * 3).reshape(count, height, width, 3)


def numbers(frames: Iterator[Frame]) -> list[int]:
    return [round(float(frame.image.mean()) / 10) for frame in frames]


@pytest.fixture
def video(tmp_path: Path) -> Path:
    write_video(tmp_path / "clip.mp4", shades(12), 25)
    return tmp_path / "clip.mp4"


def test_a_file(video: Path) -> None:
    frames = list(read_frames(video))
    assert numbers(iter(frames)) == [frame.index for frame in frames] == list(range(12))
    assert [frame.time_s for frame in frames] == pytest.approx([i / 25 for i in range(12)], abs=1e-3)
    assert {frame.image.shape for frame in frames} == {(32, 48, 3)}
    assert numbers(read_frames(str(video))) == list(range(12))
    assert describe(video) == SourceInfo(width=48, height=32, frames=12, fps=25.0)


def test_start_is_exact_with_a_variable_frame_rate(tmp_path: Path) -> None:
    times = [0.0, 0.01, 0.4, 0.45, 1.3, 1.31]
    with open_writer(tmp_path / "v.mp4", 30) as write:
        for image, time_s in zip(shades(6), times, strict=True):
            write(image, time_s)
    frames = list(read_frames(tmp_path / "v.mp4", start=3))
    assert numbers(iter(frames)) == [frame.index for frame in frames] == [3, 4, 5]
    assert [frame.time_s for frame in frames] == pytest.approx(times[3:], abs=1e-3)


def test_describe_gives_the_size_after_rotation(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "r.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.height, stream.width, stream.pix_fmt = 32, 48, "yuv420p"
        stream.set_display_rotation(90)
        container.mux(stream.encode(av.VideoFrame.from_ndarray(shades(1)[0], format="rgb24")))
        container.mux(stream.encode())
    info = describe(tmp_path / "r.mp4")
    assert (info.width, info.height) == (32, 48)
    assert next(iter(read_frames(tmp_path / "r.mp4"))).image.shape == (48, 32, 3)


def test_an_address(video: Path) -> None:
    handler = partial(QuietHandler, directory=str(video.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            assert numbers(read_frames(f"http://127.0.0.1:{server.server_port}/clip.mp4")) == list(range(12))
        finally:
            server.shutdown()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def test_a_folder_in_natural_order(tmp_path: Path) -> None:
    names = ["f1.png", "f2.PNG", "f10.png", "f11.bmp", "g0.png"]
    for name, image in zip(names, shades(5), strict=True):
        cv2.imwrite(str(tmp_path / name), image)
    (tmp_path / "notes.txt").write_text("not a frame")
    (tmp_path / "._f1.png").write_bytes(b"left by an archive")
    frames = list(read_frames(tmp_path))
    assert numbers(iter(frames)) == [0, 1, 2, 3, 4]
    assert [frame.time_s for frame in frames] == pytest.approx([i / 30 for i in range(5)])
    assert describe(tmp_path) == SourceInfo(width=48, height=32, frames=5, fps=30.0)
    assert numbers(read_frames(tmp_path, start=3)) == [3, 4]


def test_grey_alpha_and_deep_images_become_rgb(tmp_path: Path) -> None:
    colour = np.zeros((5, 7, 3), np.uint8)
    colour[:] = (250, 120, 10)
    bgr = colour[..., ::-1]
    cv2.imwrite(str(tmp_path / "1.png"), bgr)
    cv2.imwrite(str(tmp_path / "2.png"), np.dstack([bgr, np.full((5, 7), 9, np.uint8)]))
    cv2.imwrite(str(tmp_path / "3.png"), bgr.astype(np.uint16) * 257)
    cv2.imwrite(str(tmp_path / "4.png"), np.full((5, 7), 99, np.uint8))
    plain, alpha, deep, grey = (frame.image for frame in read_frames(tmp_path))
    for image in (plain, alpha, deep):
        np.testing.assert_array_equal(image, colour)
    np.testing.assert_array_equal(grey, np.full((5, 7, 3), 99))


def test_one_image_is_a_video_of_one_frame(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), shades(4)[3])
    assert numbers(read_frames(tmp_path / "a.png")) == [3]
    assert describe(str(tmp_path / "a.png")).frames == 1


def test_bad_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^video: the folder .* has no images"):
        next(read_frames(tmp_path))
    cv2.imwrite(str(tmp_path / "1.png"), shades(1)[0])
    (tmp_path / "2.jpg").write_bytes(b"no picture")
    (tmp_path / "3.png").touch()
    frames = read_frames(tmp_path)
    assert next(frames).index == 0
    with pytest.raises(ValueError, match=r"^video: the image .*2\.jpg cannot be read"):
        next(frames)
    with pytest.raises(ValueError, match=r"^video: the image .*3\.png cannot be read"):
        next(read_frames(tmp_path, start=2))


def test_arrays_and_sequences() -> None:
    array = shades(4)
    for source in (array, list(array), (image for image in array)):
        frames = list(read_frames(source, start=1))
        assert numbers(iter(frames)) == [frame.index for frame in frames] == [1, 2, 3]
        assert [frame.time_s for frame in frames] == pytest.approx([1 / 30, 2 / 30, 3 / 30])
    assert describe(array) == describe(list(array)) == SourceInfo(width=48, height=32, frames=4, fps=30.0)


def test_frames_keep_their_index_and_time() -> None:
    given = [Frame(image, 10 * i, 0.7 * i) for i, image in enumerate(shades(4))]
    assert [(f.index, f.time_s) for f in read_frames(given, start=15)] == [
        (20, 1.4),
        (30, pytest.approx(2.1)),
    ]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (np.zeros((4, 4, 3), np.uint8), "array must be"),
        (np.zeros((2, 4, 4, 3)), "frame 0 must be a uint8"),
        (np.zeros((2, 4, 4, 4), np.uint8), "frame 0 must be a uint8"),
        ([np.zeros((4, 4), np.uint8)], "frame 0 must be a uint8"),
        (np.zeros((0, 4, 4, 3), np.uint8), "no frame"),
        (np.zeros((1, 0, 4, 3), np.uint8), "frame 0 must be a uint8"),
        (np.zeros((1, 1, 8193, 3), np.uint8), "8193x1"),
        ([], "no frame"),
    ],
    ids=["one image", "float", "alpha", "grey", "none", "no rows", "too wide", "empty list"],
)
def test_bad_arrays_are_refused(source: read.Source, message: str) -> None:
    with pytest.raises(ValueError, match=f"^video: .*{message}"):
        next(read_frames(source))
    with pytest.raises(ValueError, match=f"^video: .*{message}"):
        describe(source)


def test_an_iterator_is_not_described() -> None:
    with pytest.raises(ValueError, match=r"^video: an iterator"):
        describe(iter(shades(2)))


def test_start_outside_the_video_is_refused(video: Path) -> None:
    assert numbers(read_frames(video, start=11)) == [11]
    with pytest.raises(ValueError, match=r"^start: 12 .* 0 to 11"):
        next(read_frames(video, start=12))
    with pytest.raises(ValueError, match=r"^start: must be 0 or more"):
        next(read_frames(video, start=-1))


def test_closing_early_closes_the_file(video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    real = av.open
    monkeypatch.setattr(decode.av, "open", lambda *a, **k: opened.append(real(*a, **k)) or opened[-1])
    frames = read_frames(video)
    next(frames)
    (container,) = opened
    assert list(container.demux()) != []  # still open
    frames.close()
    with pytest.raises(AssertionError, match="not open"):
        list(container.demux())


READ_IN_A_PROCESS_OF_ITS_OWN = """
import sys
import psutil
from playground.video.read import read_frames
frames = read_frames(sys.argv[1])
kept = [next(frames)]
process = psutil.Process()
before = most = process.memory_info().rss
for frame in frames:
    most = max(most, process.memory_info().rss)
    if sys.argv[2] == "keep":
        kept.append(frame)
print(frame.index + 1, most - before)
"""


def test_memory_stays_flat(tmp_path: Path) -> None:
    """As the operating system sees it: PyAV's pictures lie where Python does not count."""
    side, count = 512, 200
    write_video(tmp_path / "long.mp4", (np.full((side, side, 3), i % 256, np.uint8) for i in range(count)), 30)

    def growth(what: str) -> int:
        command = [sys.executable, "-c", READ_IN_A_PROCESS_OF_ITS_OWN, str(tmp_path / "long.mp4"), what]
        read, grown = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        assert int(read) == count
        return int(grown)

    assert growth("pass") < 40 * side * side * 3
    assert growth("keep") > 150 * side * side * 3  # so the measure sees frames that are kept


class FakeCamera:
    """Stands for OpenCV's camera: two blue pictures, then none."""

    def __init__(self, number: int, pictures: int = 2) -> None:
        self.number, self.left, self.released = number, pictures, False

    def isOpened(self) -> bool:
        return self.number == 1

    def get(self, _: int) -> float:
        return 15.0

    def read(self) -> tuple[bool, np.ndarray | None]:
        self.left -= 1
        return (True, np.full((4, 6, 3), (255, 0, 0), np.uint8)) if self.left >= 0 else (False, None)

    def release(self) -> None:
        self.released = True


def test_a_webcam(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[FakeCamera] = []
    monkeypatch.setattr(read.cv2, "VideoCapture", lambda n: made.append(FakeCamera(n)) or made[-1])
    frames = list(read_frames("webcam:1"))
    assert [frame.index for frame in frames] == [0, 1]
    assert frames[0].time_s <= frames[1].time_s
    np.testing.assert_array_equal(frames[0].image[0, 0], (0, 0, 255))
    early = read_frames(1)
    next(early)
    assert not made[-1].released
    early.close()
    assert describe(1) == SourceInfo(width=6, height=4, frames=None, fps=15.0)
    with pytest.raises(ValueError, match=r"^video: webcam 0 cannot be opened"):
        next(read_frames(0))
    assert all(camera.released for camera in made)
    monkeypatch.setattr(read.cv2, "VideoCapture", lambda n: FakeCamera(n, pictures=0))
    with pytest.raises(ValueError, match=r"^video: webcam 1 gives no picture"):
        next(read_frames(1))
