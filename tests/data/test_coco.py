"""The COCO layout: one still a picture with all its objects, and the official train part alone."""

import json

import numpy as np
import pytest

from playground.data.coco import read_coco


def _annotation(number: int, image: int, bbox, segmentation=(), **more):
    return {"id": number, "image_id": image, "bbox": bbox, "segmentation": list(segmentation), "iscrowd": 0, **more}


def _dataset(root, annotations, part="train2017", folder="train2017", names=("000007.jpg", "000009.jpg")):
    (root / "annotations").mkdir(parents=True, exist_ok=True)
    (root / folder).mkdir(parents=True, exist_ok=True)
    images = [{"id": int(name[:6]), "file_name": name, "width": 60, "height": 40} for name in names]
    path = root / "annotations" / f"instances_{part}.json"
    path.write_text(json.dumps({"images": images, "annotations": annotations}))
    return path


def test_every_object_but_crowds_with_its_largest_outline(tmp_path):
    square, speck = [10, 10, 30, 10, 30, 30, 10, 30], [1, 1, 3, 1, 3, 3]
    annotations = [
        _annotation(1, 7, [10, 10, 20, 20], [speck, square]),
        _annotation(2, 9, [5, 6, 7, 8]),
        _annotation(3, 7, [0, 0, 60, 40], iscrowd=1),
        {**_annotation(4, 7, [1.5, 2, 3, 4]), "segmentation": {"counts": "abc", "size": [40, 60]}},
    ]
    _dataset(tmp_path, annotations)
    faults = []
    clips = {clip.name: clip for clip in read_coco(str(tmp_path), faults.append)}
    assert list(clips) == ["000007", "000009"] and not faults
    clip = clips["000007"]
    assert clip.source == "coco" and clip.frames == (tmp_path / "train2017" / "000007.jpg",)
    assert clip.boxes.tolist() == [[[10, 10, 20, 20], [1.5, 2, 3, 4]]]
    assert np.array_equal(clip.polygons[0], np.reshape(square, (-1, 2))) and clip.polygons[1].shape == (0, 2)


def test_the_train_part_is_taken_and_a_file_chooses_another(tmp_path):
    _dataset(tmp_path, [_annotation(1, 7, [1, 2, 3, 4])])
    part = _dataset(tmp_path, [_annotation(1, 9, [1, 2, 3, 4])], "val2017", "images/val2017")
    assert [clip.name for clip in read_coco(str(tmp_path), pytest.fail)] == ["000007"]
    (clip,) = read_coco(str(part), pytest.fail)
    assert clip.frames == (tmp_path / "images" / "val2017" / "000009.jpg",)


def test_pictures_may_lie_in_one_folder(tmp_path):
    _dataset(tmp_path, [_annotation(1, 9, [1, 2, 3, 4])], part="mine", folder="images")
    (clip,) = read_coco(str(tmp_path), pytest.fail)
    assert clip.frames == (tmp_path / "images" / "000009.jpg",)


def test_broken_entries_are_noted_and_the_rest_comes(tmp_path):
    annotations = [
        _annotation(1, 7, [1, 2, 3]),
        _annotation(2, 8, [1, 2, 3, 4]),  # a picture that is not listed
        _annotation(3, 9, [1, 2, 3, 4]),
    ]
    _dataset(tmp_path, annotations)
    faults = []
    assert [clip.name for clip in read_coco(str(tmp_path), faults.append)] == ["000009"]
    assert [fault.where for fault in faults] == ["000007.jpg", "annotation 2"]


def test_a_dataset_that_is_not_there_or_not_coco_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"^data: no annotations/instances_\*\.json"):
        list(read_coco(str(tmp_path), pytest.fail))
    path = _dataset(tmp_path, [])
    path.write_text("[1, 2]")
    with pytest.raises(ValueError, match="^data: .*instances_train2017.json has no COCO images"):
        list(read_coco(str(tmp_path), pytest.fail))
    (tmp_path / "train2017").rmdir()
    with pytest.raises(ValueError, match="^data: no pictures for"):
        list(read_coco(str(tmp_path), pytest.fail))


@pytest.mark.parametrize(
    "name", ["../000007.jpg", "/etc/x.jpg", "a/../../x.jpg", "..\\x.jpg", "C:\\x.jpg", "", "a\0b", 7]
)
def test_pictures_are_found_in_their_folder_alone(tmp_path, name):
    path = _dataset(tmp_path, [_annotation(1, 7, [1, 2, 3, 4]), _annotation(2, 9, [1, 2, 3, 4])])
    table = json.loads(path.read_text())
    table["images"][0]["file_name"] = name
    path.write_text(json.dumps(table))
    faults = []
    assert [clip.name for clip in read_coco(str(tmp_path), faults.append)] == ["000009"]
    assert [fault.reason for fault in faults] == ["pictures whose names lead out of their folder"]


def test_a_folder_inside_the_pictures_folder_is_no_way_out(tmp_path):
    _dataset(tmp_path, [_annotation(1, 7, [1, 2, 3, 4])], names=("000007.jpg",))
    path = tmp_path / "annotations" / "instances_train2017.json"
    path.write_text(path.read_text().replace("000007.jpg", "part/000007.jpg"))
    (clip,) = read_coco(str(tmp_path), pytest.fail)
    assert clip.frames == (tmp_path / "train2017" / "part" / "000007.jpg",)


def test_a_number_that_stands_for_two_pictures_stands_for_none(tmp_path):
    _dataset(tmp_path, [_annotation(1, 7, [1, 2, 3, 4])], names=("000007.jpg", "000007.png"))
    faults = []
    assert not list(read_coco(str(tmp_path), faults.append))
    path = _dataset(tmp_path, [_annotation(1, 7, [1, 2, 3, 4]), _annotation(2, 9, [1, 2, 3, 4])])
    path.write_text(path.read_text().replace("000007.jpg", "000009.jpg"))  # and a picture under two numbers
    assert not list(read_coco(str(tmp_path), faults.append))
    assert [fault.where for fault in faults] == ["annotation 1", "annotation 1", "annotation 2"]


def test_numbers_that_no_computer_holds_and_json_without_end_are_faults(tmp_path):
    path = _dataset(tmp_path, [_annotation(1, 7, [1, 2, 3, 10**400]), _annotation(2, 9, [1, 2, 3, 4], [[10**400] * 6])])
    faults = []
    assert not list(read_coco(str(tmp_path), faults.append))
    assert [fault.where for fault in faults] == ["000007.jpg", "000009.jpg"]
    path.write_text("[" * 100_000)
    with pytest.raises(ValueError, match="^data: .* has no COCO images"):
        list(read_coco(str(tmp_path), pytest.fail))
