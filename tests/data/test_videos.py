"""Anybody's own videos: which frames get which boxes, from every kind of file."""

import cv2
import numpy as np
import pytest

from playground.app.boxes_file import open_boxes
from playground.box import Box
from playground.data.clip import read_image
from playground.data.videos import read_sequences, read_videos
from playground.events import TrackEvent
from playground.video.write import open_writer

COUNT = 5


def _level(frame: int) -> int:
    return 40 + 40 * frame


def _frames(count: int = COUNT) -> list[np.ndarray]:
    return [np.full((48, 64, 3), _level(i), np.uint8) for i in range(count)]


def _film(path, count: int = COUNT) -> None:
    with open_writer(path, 10) as write:
        for image in _frames(count):
            write(image)


def _shown(clip) -> list[int]:
    """Which frame of the film each picture of the clip is."""
    levels = [read_image(frame).mean() for frame in clip.frames]
    return [round((level - 40) / 40) for level in levels]


def test_a_text_file_has_a_line_a_frame(tmp_path):
    _film(tmp_path / "cup.mp4")
    (tmp_path / "cup.txt").write_text("".join(f"{i},2,10,10\n" for i in range(4)) + "NaN,NaN,NaN,NaN\n")
    (clip,) = read_videos(str(tmp_path), pytest.fail)
    assert (clip.source, clip.name) == (tmp_path.name, "cup") and _shown(clip) == list(range(COUNT))
    assert clip.boxes[:4, 0, 0].tolist() == [0, 1, 2, 3] and np.isnan(clip.boxes[4]).all()


def test_boxes_as_the_tracker_writes_them_without_the_frames_where_it_was_lost(tmp_path):
    _film(tmp_path / "cup.mp4")
    with open_boxes(tmp_path / "cup.csv", "model") as write:
        for i in (1, 2, 4):
            box = Box(10.0 * i, 2.0, 8.0, 9.0)
            write(TrackEvent(index=i, time_s=i / 10, box=box, score=0.5, lost=i == 2))
    (clip,) = read_videos(str(tmp_path), pytest.fail)
    assert _shown(clip) == [1, 4] and clip.boxes[:, 0].tolist() == [[10, 2, 8, 9], [40, 2, 8, 9]]


def test_a_table_without_numbers_and_a_folder_of_images(tmp_path):
    (tmp_path / "walk").mkdir()
    for i, image in enumerate(_frames(3)):
        cv2.imwrite(str(tmp_path / "walk" / f"{i + 8}.png"), image)
    (tmp_path / "walk.csv").write_text("x, y, w, h\n1, 2, 3, 4\n5, 6, 7, 8\n9, 10, 11, 12\n")
    (clip,) = read_videos(str(tmp_path), pytest.fail)
    assert _shown(clip) == [0, 1, 2] and clip.boxes[1, 0].tolist() == [5, 6, 7, 8]


def test_what_is_broken_is_noted_and_the_rest_comes(tmp_path):
    _film(tmp_path / "good.mp4", 2)
    (tmp_path / "good.txt").write_text("1,2,3,4\n1,2,3,4\n")
    _film(tmp_path / "alone.mp4", 2)
    _film(tmp_path / "short.mp4", 2)
    (tmp_path / "short.txt").write_text("1,2,3,4\n")
    _film(tmp_path / "beyond.mp4", 2)
    (tmp_path / "beyond.csv").write_text("index,x,y,w,h\n0,1,2,3,4\n2,1,2,3,4\n")
    _film(tmp_path / "words.mp4", 2)
    (tmp_path / "words.csv").write_text("index,x,y,w,h\n0,1,2,3,4\none,1,2,3,4\n")
    _film(tmp_path / "lost.mp4", 2)
    (tmp_path / "lost.csv").write_text("index,x,y,w,h,lost\n0,1,2,3,4,1\n")
    (tmp_path / "film.mp4").write_bytes(b"no film at all")
    (tmp_path / "film.txt").write_text("1,2,3,4\n")
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "empty").mkdir()
    faults = []
    assert [clip.name for clip in read_videos(str(tmp_path), faults.append)] == ["good"]
    reasons = {fault.where: fault.reason for fault in faults}
    assert reasons == {
        "alone": "videos without boxes, or boxes without a video",
        "beyond, frame 2": "boxes of frames that are not there",
        "empty": "videos without boxes, or boxes without a video",
        "film": "videos that cannot be read",
        "lost": "videos without a box",
        "short (2 frames, 1 boxes)": "numbers of frames and boxes that differ",
        "words": "boxes with rows that are not numbers",
    }


def test_to_measure_on_every_frame_stays_and_those_without_a_row_are_unknown(tmp_path):
    _film(tmp_path / "cup.mp4")
    (tmp_path / "cup.csv").write_text("index,x,y,w,h,lost\n1,1,2,3,4,0\n2,9,9,9,9,1\n4,5,6,7,8,0\n")
    _film(tmp_path / "jar.mkv")  # a container that does not say how many frames it holds
    (tmp_path / "jar.txt").write_text("1,2,3,4\n" * 4 + "0,0,0,0\n")
    cup, jar = read_sequences(tmp_path)
    assert (cup.name, cup.frames) == ("cup", tmp_path / "cup.mp4")
    assert cup.boxes[[1, 4]].tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]] and np.isnan(cup.boxes[[0, 2, 3]]).all()
    assert np.isnan(jar.boxes).all(1).tolist() == [False] * 4 + [True]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"cup.txt": "1,2,3,4\n"}, r"cup \(5 frames, 1 boxes\): numbers of frames and boxes that differ"),
        ({"cup.csv": "index,x,y,w,h\n5,1,2,3,4\n"}, "cup, frame 5: boxes of frames that are not there"),
        ({}, "cup: videos without boxes"),
        ({"cup.txt": "1,2,3,4\n" * 5, "jar.txt": "1,2,3,4\n"}, "jar: videos without boxes, or boxes without a video"),
        ({"cup.txt": "1,2,3,4\n" * 5, "jar.mp4": "no film", "jar.txt": "1,2,3,4"}, "jar: videos that cannot be read"),
    ],
)
def test_to_measure_on_what_is_broken_names_the_video(files, message, tmp_path):
    _film(tmp_path / "cup.mp4")
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(ValueError, match=f"^data: {message}"):
        list(read_sequences(tmp_path))


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ValueError, match="^data: the folder .*nowhere does not exist"):
        list(read_videos(str(tmp_path / "nowhere"), pytest.fail))
