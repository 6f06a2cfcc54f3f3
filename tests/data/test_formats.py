"""Locations by format and place: every layout gives clips, what is broken is counted, slips are named."""

import json
import sys

import cv2
import numpy as np
import pytest

from playground.data.formats import FORMATS, read_location, split_location, to_clip
from playground.data.otb import read_otb
from playground.data.sequence import Sequence
from playground.data.skipped import Skipped

BOX = "10,10,20,20\n"


def _pictures(folder, count: int, first: int = 1, digits: int = 4) -> None:
    folder.mkdir(parents=True)
    for i in range(first, first + count):
        cv2.imwrite(str(folder / f"{i:0{digits}d}.jpg"), np.full((48, 64, 3), 9 * i, np.uint8))


def _text(path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _otb(root):
    _pictures(root / "cup" / "img", 3)
    _text(root / "cup" / "groundtruth_rect.txt", BOX * 3)


def _got10k(root):
    _pictures(root / "train" / "GOT-10k_Train_000001", 3, digits=8)
    _text(root / "train" / "GOT-10k_Train_000001" / "groundtruth.txt", BOX * 3)


def _lasot(root):
    folder = root / "airplane" / "airplane-1"
    _pictures(folder / "img", 3, digits=8)
    _text(folder / "groundtruth.txt", BOX * 3)
    _text(folder / "full_occlusion.txt", "0,0,0")
    _text(folder / "out_of_view.txt", "0,0,0")


def _trackingnet(root):
    _pictures(root / "TRAIN_0" / "frames" / "x_0", 3, first=0, digits=1)
    _text(root / "TRAIN_0" / "anno" / "x_0.txt", BOX * 3)


def _coco(root):
    _pictures(root / "train2017", 1, digits=12)
    images = [{"id": 1, "file_name": f"{1:012d}.jpg"}]
    annotations = [{"id": 1, "image_id": 1, "bbox": [10, 10, 20, 20], "segmentation": [[10, 10, 30, 10, 30, 30]]}]
    text = json.dumps({"images": images, "annotations": annotations})
    _text(root / "annotations" / "instances_train2017.json", text)


def _videos(root):
    _pictures(root / "cup", 3)
    _text(root / "cup.txt", BOX * 3)


# Format -> builder, source ("" for the folder's name), clip's name, frames, left edge of the first box
LAYOUTS = {
    "otb": (_otb, "", "cup", 3, 9),
    "got10k": (_got10k, "got10k", "GOT-10k_Train_000001", 3, 10),
    "lasot": (_lasot, "lasot", "airplane-1", 3, 9),
    "trackingnet": (_trackingnet, "trackingnet", "x_0", 3, 10),
    "coco": (_coco, "coco", f"{1:012d}", 1, 10),
    "videos": (_videos, "", "cup", 3, 10),
}


def test_every_format_has_a_layout_here():
    assert set(LAYOUTS) | {"shards"} == set(FORMATS)  # shards are tried in test_shards


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_gives_clips_with_zero_based_boxes(name, tmp_path):
    build, source, clip_name, count, left = LAYOUTS[name]
    build(tmp_path)
    skipped = Skipped()
    (clip,) = read_location(f"{name}:{tmp_path}", skipped)
    assert (clip.source, clip.name, len(clip.frames)) == (source or tmp_path.name, clip_name, count)
    assert clip.boxes.shape == (count, 1, 4) and clip.boxes[0, 0].tolist() == [left, left, 20, 20]
    assert skipped.lines() == ()


def test_what_is_broken_is_counted_under_its_location_and_the_rest_comes(tmp_path):
    _otb(tmp_path)
    for name, boxes in (("few", BOX), ("gone", "NaN,NaN,NaN,NaN\n" * 3), ("words", "a\n" * 3), ("less", BOX * 2)):
        _pictures(tmp_path / name / "img", 3)
        _text(tmp_path / name / "groundtruth_rect.txt", boxes)
    _pictures(tmp_path / "partly" / "img", 3)
    _text(tmp_path / "partly" / "groundtruth_rect.txt", BOX * 2 + "900,10,20,20\n")
    skipped, location = Skipped(), f"otb:{tmp_path}"
    clips = {clip.name: clip for clip in read_location(location, skipped)}
    assert list(clips) == ["cup", "partly"] and np.isnan(clips["partly"].boxes).all(2)[:, 0].tolist() == [0, 0, 1]
    assert skipped.lines() == (
        f"{location}: numbers of frames and boxes that differ: 2 left out (first: few (3 frames, 1 boxes))",
        f"{location}: clips without two usable boxes of one object, or pictures without one: 1 left out (first: gone)",
        f"{location}: boxes outside the picture: 1 left out (first: partly, frame 2)",
        f"{location}: boxes that are not four numbers x, y, w, h a line: 1 left out (first: words)",
    )


def test_a_sequence_for_measuring_is_the_same_clip(tmp_path):
    _otb(tmp_path)
    (sequence,) = read_otb(tmp_path)
    (clip,) = read_location(f"otb:{tmp_path}", Skipped())
    same = to_clip(sequence, tmp_path.name)
    assert same.frames == clip.frames == sequence.frames and np.array_equal(same.boxes, clip.boxes)


def test_a_video_as_a_sequence_is_no_clip_of_images(tmp_path):
    with pytest.raises(ValueError, match="^data: cup is a video; give its folder as videos:FOLDER"):
        to_clip(Sequence("cup", tmp_path / "cup.mp4", np.ones((2, 4))), "a")


@pytest.mark.parametrize("location", ["", "otb", "otb:", "nowhere", "zip:/a", "https://host/x.tar"])
def test_a_location_that_is_not_understood_names_the_formats(location):
    with pytest.raises(ValueError, match="^data: expected FORMAT:PLACE with FORMAT one of shards, otb, got10k, lasot"):
        split_location(location)


def test_a_folder_by_itself_is_shards_and_an_address_keeps_its_colons(tmp_path):
    assert split_location(str(tmp_path)) == ("shards", str(tmp_path))
    assert split_location("shards:https://host:80/x.tar") == ("shards", "https://host:80/x.tar")


@pytest.mark.parametrize("name", FORMATS)
def test_a_place_without_anything_of_the_format_is_named(name, tmp_path):
    if name == "videos":
        tmp_path = tmp_path / "nowhere"
    with pytest.raises(ValueError, match=f"^data: .*{tmp_path.name}"):
        list(read_location(f"{name}:{tmp_path}", Skipped()))


def test_a_folder_of_sequences_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ValueError, match="^data: the folder .*nowhere does not exist"):
        list(read_location(f"lasot:{tmp_path / 'nowhere'}", Skipped()))


def test_shards_without_their_packages_say_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "webdataset", None)
    for name in [name for name in sys.modules if name.startswith(("webdataset.", "playground.data.shards"))]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(ValueError, match=r"^data: webdataset.* is missing.*mixformer-playground\[train\]"):
        list(read_location(f"shards:{tmp_path}", Skipped()))
