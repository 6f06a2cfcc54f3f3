"""What is written: checked by reopening the file with PyAV itself, never with our reader."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from playground.video.write import exact_rate, open_writer, write_video


def clip(count: int = 6, height: int = 48, width: int = 64) -> list[np.ndarray]:
    """Smooth colour ramps that move, so that a loss of detail or a wrong order shows."""
    y, x = np.mgrid[:height, :width]
    return [
        np.stack([x * 3 + 5 * t, y * 4 + 20, np.full_like(x, 40 + 20 * t)], axis=-1).astype(np.uint8)
        for t in range(count)
    ]


def reopen(path: Path) -> tuple[av.video.stream.VideoStream, list[np.ndarray], list[float]]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = list(container.decode(stream))
        return stream, [f.to_ndarray(format="rgb24") for f in frames], [f.time for f in frames]


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    error = np.mean((a.astype(float) - b.astype(float)) ** 2)
    return float("inf") if error == 0 else 10 * np.log10(255**2 / error)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mov", ".MP4"])
def test_frames_come_back_in_every_format(tmp_path: Path, suffix: str) -> None:
    path, images = tmp_path / f"clip{suffix}", clip()
    write_video(path, images, 25)
    stream, back, times = reopen(path)
    assert (stream.codec_context.name, stream.pix_fmt, stream.average_rate) == ("h264", "yuv420p", 25)
    assert times == pytest.approx([i / 25 for i in range(6)], abs=1e-3)
    assert min(psnr(a, b) for a, b in zip(images, back, strict=True)) > 35
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_colour_is_tagged_and_right(tmp_path: Path) -> None:
    image = np.full((32, 32, 3), (200, 30, 60), np.uint8)
    write_video(tmp_path / "red.mp4", [image], 30)
    stream, back, _ = reopen(tmp_path / "red.mp4")
    assert (stream.colorspace, stream.color_primaries, stream.color_trc, stream.color_range) == (1, 1, 1, 1)
    with av.open(str(tmp_path / "red.mp4")) as container:
        planes = next(container.decode(video=0)).to_ndarray(format="yuv420p")
    # BT.709, studio range, by hand: Y = 16 + 219 * (0.2126 R + 0.7152 G + 0.0722 B).
    luma = 16 + 219 * (0.2126 * 200 + 0.7152 * 30 + 0.0722 * 60) / 255
    assert float(planes[:32].mean()) == pytest.approx(luma, abs=1.5)
    assert np.abs(back[0].astype(int) - image).max() <= 4


def test_the_index_of_an_mp4_is_in_front(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", clip(), 30)
    data = (tmp_path / "a.mp4").read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_ntsc_rate_is_exact(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", clip(30), 29.97)
    stream, _, times = reopen(tmp_path / "a.mp4")
    assert stream.average_rate == Fraction(30000, 1001)
    assert times[-1] == pytest.approx(29 * 1001 / 30000, abs=1e-9)


@pytest.mark.parametrize(
    ("fps", "rate"),
    [
        (30, Fraction(30)),
        (25.0, Fraction(25)),
        (29.97, Fraction(30000, 1001)),
        (23.976, Fraction(24000, 1001)),
        (23.98, Fraction(24000, 1001)),
        (59.94, Fraction(60000, 1001)),
        (30000 / 1001, Fraction(30000, 1001)),
        (12.5, Fraction(25, 2)),
        (0.5, Fraction(1, 2)),
        (Fraction(2997, 100), Fraction(2997, 100)),
    ],
)
def test_exact_rate(fps: int | float | Fraction, rate: Fraction) -> None:
    assert exact_rate(fps) == rate


@pytest.mark.parametrize("fps", [0, -1, float("nan"), float("inf"), 1001])
def test_a_rate_out_of_range_is_refused(fps: float) -> None:
    with pytest.raises(ValueError, match=r"^fps: "):
        exact_rate(fps)


@pytest.mark.parametrize(("suffix", "tolerance"), [(".mp4", 1e-5), (".mkv", 1e-3)])
def test_times_given_a_frame_are_kept(tmp_path: Path, suffix: str, tolerance: float) -> None:
    path, wanted = tmp_path / f"v{suffix}", [0.0, 0.1, 0.15, 0.7]
    with open_writer(path, 30) as write:
        for image, time_s in zip(clip(4), wanted, strict=True):
            write(image, time_s)
    assert reopen(path)[2] == pytest.approx(wanted, abs=tolerance)


def test_times_that_stand_still_or_go_back_still_move_forward(tmp_path: Path) -> None:
    with open_writer(tmp_path / "v.mp4", 30) as write:
        for image, time_s in zip(clip(5), (0.0, 0.5, 0.5, 0.2, None), strict=True):
            write(image, time_s)
    times = reopen(tmp_path / "v.mp4")[2]
    assert all(a < b for a, b in pairwise(times))
    assert times[1:] == pytest.approx([0.5, 0.5, 0.5, 0.5 + 1 / 30], abs=1e-3)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (33, 47), (34, 47), (1, 2), (2, 2)])
def test_odd_sides_get_their_last_line_twice(tmp_path: Path, height: int, width: int) -> None:
    image = clip(1, height, width)[0]
    write_video(tmp_path / "odd.mp4", [image, image], 30)
    _, back, _ = reopen(tmp_path / "odd.mp4")
    assert len(back) == 2
    rows = np.minimum(np.arange(height + height % 2), height - 1)
    columns = np.minimum(np.arange(width + width % 2), width - 1)
    # Colour is stored at half the resolution, so the ramp itself moves by a few levels.
    assert psnr(back[0], image[rows][:, columns]) > 32


def test_an_error_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    path.write_bytes(b"before")
    with pytest.raises(RuntimeError, match="stop"), open_writer(path, 30) as write:
        for image in clip(20):
            write(image)
        assert len(list(tmp_path.iterdir())) == 2
        raise RuntimeError("stop")
    assert [p.name for p in tmp_path.iterdir()] == ["out.mp4"]
    assert path.read_bytes() == b"before"


def test_no_frame_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^frames: "):
        write_video(tmp_path / "out.mp4", [], 30)
    assert list(tmp_path.iterdir()) == []


def test_another_size_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    images = [*clip(2), *clip(1, 48, 66)]
    with pytest.raises(ValueError, match=r"^image: .*64x48.*66x48"):
        write_video(tmp_path / "out.mp4", images, 30)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((4, 4, 3)),
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
    ],
    ids=["float", "grey", "alpha", "empty"],
)
def test_images_of_another_kind_are_refused(tmp_path: Path, image: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"^image: must be uint8 RGB"):
        write_video(tmp_path / "out.mp4", [image], 30)


@pytest.mark.parametrize("time_s", [-0.1, float("nan"), float("inf")])
def test_impossible_times_are_refused(tmp_path: Path, time_s: float) -> None:
    with pytest.raises(ValueError, match=r"^time_s: "), open_writer(tmp_path / "out.mp4", 30) as write:
        write(clip(1)[0], time_s)


def test_bad_paths_and_quality_are_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.mp4").mkdir()
    cases = {
        "absent/out.mp4": r"^path: the folder .*absent does not exist",
        "out.avi": r"^path: .*\.mp4.*'out\.avi'",
        "out": r"^path: ",
        "folder.mp4": r"^path: .* is a folder",
    }
    for name, message in cases.items():
        with pytest.raises(ValueError, match=message):
            write_video(tmp_path / name, clip(1), 30)
    with pytest.raises(ValueError, match=r"^crf: "), open_writer(tmp_path / "out.mp4", 30, crf=0):
        pass
    assert [p.name for p in tmp_path.iterdir()] == ["folder.mp4"]
