"""Tar archives of stills and clips, read back from ones written here."""

import io
import json
import tarfile

import cv2
import numpy as np
import pytest

from playground.data.shards import read_clips, read_photos


def _jpeg(colour, size=(40, 30)) -> bytes:
    return cv2.imencode(".jpg", np.full((size[1], size[0], 3), colour[::-1], np.uint8))[1].tobytes()


def _tar(path, files) -> None:
    with tarfile.open(path, "w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


def test_photos_in_any_order_with_or_without_boxes(tmp_path):
    text = {"source": "cats", "boxes": [[1, 2, 10, 12]], "polygons": []}
    files = {
        "a.json": json.dumps(text).encode(),
        "a.jpg": _jpeg((255, 0, 0)),
        "a.mask.png": b"not read",
        "b.jpg": _jpeg((0, 255, 0)),
        "b.json": json.dumps({"source": "imagenet", "boxes": []}).encode(),
    }
    _tar(tmp_path / "photos.tar", files)
    photos = {source: (image, boxes) for source, image, boxes in read_photos(tmp_path / "photos.tar")}
    assert photos["cats"][1].tolist() == [[1, 2, 10, 12]] and photos["imagenet"][1].shape == (0, 4)
    assert photos["cats"][0].shape == (30, 40, 3) and photos["cats"][0][5, 5, 0] > 240  # red first: RGB


def test_clips_in_order_and_a_mismatch_is_named(tmp_path):
    files = {f"uav_1/{i:04d}.jpg": _jpeg((i * 80, 0, 0)) for i in (2, 1, 3)}
    files["uav_1/groundtruth_rect.txt"] = b"1,2,10,10\n2,2,10,10\n3,2,10,10\n"
    _tar(tmp_path / "clips.tar", files)
    ((name, frames, boxes),) = read_clips(tmp_path / "clips.tar")
    assert name == "uav_1" and boxes[:, 0].tolist() == [1, 2, 3]
    assert frames[0][0, 0, 0] < frames[1][0, 0, 0] < frames[2][0, 0, 0]
    files.pop("uav_1/0003.jpg")
    _tar(tmp_path / "clips.tar", files)
    with pytest.raises(ValueError, match="clip uav_1 has 2 frames and 3 boxes"):
        list(read_clips(tmp_path / "clips.tar"))


def test_damaged_archives_and_images_are_named(tmp_path):
    (tmp_path / "photos.tar").write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(ValueError, match="photos.tar is not a readable tar file"):
        list(read_photos(tmp_path / "photos.tar"))
    _tar(tmp_path / "photos.tar", {"a.jpg": b"no picture", "a.json": b"{}"})
    with pytest.raises(ValueError, match="a.jpg is not a readable image"):
        list(read_photos(tmp_path / "photos.tar"))
