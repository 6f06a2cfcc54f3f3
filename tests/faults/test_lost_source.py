"""What is being read goes away: a clip, an image of a folder, a webcam. What came before is kept, and a sentence says
what happened."""

import logging
import os
from itertools import count
from pathlib import Path

import cv2
import numpy as np
import pytest
from exported import toy_source

from playground.app.cli import main
from playground.video import read
from playground.video.read import read_frames
from playground.video.write import write_video

FRAMES = 30


@pytest.fixture
def pictures() -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.integers(0, 255, (120, 160, 3), np.uint8) for _ in range(FRAMES)]


class Unplugged:
    """An OpenCV webcam that gives some pictures, and then none."""

    def __init__(self, pictures: list[np.ndarray]) -> None:
        self.left, self.released = list(pictures), 0

    def isOpened(self) -> bool:
        return True

    def get(self, _: int) -> float:
        return 30.0

    def read(self) -> tuple[bool, np.ndarray | None]:
        return (True, self.left.pop(0)) if self.left else (False, None)

    def release(self) -> None:
        self.released += 1


def test_a_webcam_that_is_unplugged_keeps_what_it_gave_and_says_so(
    tmp_path, pictures, monkeypatch, capsys, caplog, tmp_path_factory
):
    cameras = [Unplugged(pictures[:1]), Unplugged(pictures[:7])]  # one is opened for the size alone
    opened = iter(cameras)
    monkeypatch.setattr(read.cv2, "VideoCapture", lambda number: next(opened))
    boxes = tmp_path / "b.txt"
    model = str(toy_source(tmp_path_factory))
    main(["track", "webcam:2", "--box", "40,30,30,30", "--model", model, "--boxes", str(boxes)])
    assert capsys.readouterr().out.startswith("7 frames in") and len(boxes.read_text().splitlines()) == 7
    assert [record.getMessage() for record in caplog.records] == [
        "video: webcam 2 gave no more pictures after frame 6; the track ends there."
    ]
    assert [camera.released for camera in cameras] == [1, 1]


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
@pytest.mark.skipif(os.name != "posix", reason="an open file can be removed")
def test_a_clip_that_is_deleted_while_it_is_read_comes_whole(tmp_path, pictures, suffix):
    path = tmp_path / f"clip.{suffix}"
    write_video(path, pictures, 25)
    frames = read_frames(path)
    first = next(frames)
    path.unlink()
    assert [first.index, *(frame.index for frame in frames)] == list(range(FRAMES))


@pytest.mark.parametrize("kept", [0.0, 0.5])
def test_a_clip_that_is_cut_while_it_is_read_gives_what_is_left_and_says_so(tmp_path, pictures, caplog, kept):
    path = tmp_path / "clip.mp4"
    write_video(path, pictures, 25)
    given = list(read_frames(path))
    frames, found = read_frames(path), []
    with caplog.at_level(logging.WARNING):
        for frame in frames:
            found.append(frame)
            if frame.index == 2:
                os.truncate(path, int(path.stat().st_size * kept))
    assert 3 <= len(found) < FRAMES
    assert f"gave {len(found)} frames, states {FRAMES}" in caplog.records[-1].getMessage()
    same = [np.array_equal(one.image, other.image) for one, other in zip(found, given, strict=False)]
    assert sum(same) >= len(found) - 1  # the last one may be half a picture


@pytest.mark.parametrize("kept", [0.0, 0.5])
def test_a_matroska_clip_that_is_cut_says_so_by_its_time(tmp_path, pictures, caplog, kept):
    path = tmp_path / "clip.mkv"
    write_video(path, pictures, 25)
    with caplog.at_level(logging.WARNING):
        assert len(list(read_frames(path))) == FRAMES and not caplog.records
        frames, found = read_frames(path), []
        for frame in frames:
            found.append(frame)
            if frame.index == 2:
                os.truncate(path, int(path.stat().st_size * kept))
    assert 3 <= len(found) < FRAMES
    ends = f"ends at {len(found) / 25:.2f} s, but states {FRAMES / 25:.2f} s; it is cut short."
    assert caplog.records[-1].getMessage() == f"video: {path} {ends}"


def test_an_image_that_is_gone_is_named_and_what_was_there_stays(tmp_path, pictures, capsys, tmp_path_factory):
    for i in range(4):
        cv2.imwrite(str(tmp_path / f"{i}.png"), pictures[i])
    boxes, model = tmp_path / "b.csv", str(toy_source(tmp_path_factory))
    boxes.write_text("an older one")
    looked = read.read_image

    def losing(path: Path, number=count()) -> np.ndarray:  # noqa: B008
        if next(number) == 2:
            (tmp_path / "3.png").unlink()
        return looked(path)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as ended:
        patch.setattr(read, "read_image", losing)
        main(["track", str(tmp_path), "--box", "40,30,30,30", "--model", model, "--boxes", str(boxes)])
    assert ended.value.code == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said == (
        f"playground: video: the image {tmp_path}/3.png cannot be read (No such file or directory); put it back."
    )
    assert boxes.read_text() == "an older one" and not list(tmp_path.glob(".b*"))
