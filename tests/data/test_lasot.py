"""The LaSOT layout: 1-based boxes, two lines of marks, classes or one flat folder, the official list."""

import numpy as np
import pytest

from playground.data.lasot import TEST, find, find_all, find_test, read


def _sequence(root, name: str, occluded: str = "0,0,0,0", out: str = "0,0,0,0"):
    folder = root / name
    (folder / "img").mkdir(parents=True)
    for i in range(4):
        (folder / "img" / f"{i + 1:08d}.jpg").touch()
    (folder / "groundtruth.txt").write_text("11,21,30,40\n" * 3 + "0,0,0,0\n")
    (folder / "full_occlusion.txt").write_text(occluded)
    (folder / "out_of_view.txt").write_text(out)
    return folder


def test_seen_is_neither_hidden_nor_out_of_view_and_with_an_area(tmp_path):
    sequence = read(_sequence(tmp_path, "airplane-1", "0,1,0,0", "0,0,1,0\n"))
    assert sequence.name == "airplane-1" and len(sequence.frames) == 4
    assert sequence.boxes[0].tolist() == [10, 20, 30, 40] and np.isnan(sequence.boxes[1:]).all()


def test_marks_are_needed(tmp_path):
    folder = _sequence(tmp_path, "airplane-1")
    (folder / "out_of_view.txt").unlink()
    with pytest.raises(ValueError, match=r"^data: airplane-1 \(out_of_view.txt\): text files that cannot be read"):
        read(folder)


def test_classes_and_flat_folders_are_found_and_the_list_chooses(tmp_path):
    _sequence(tmp_path / "airplane", "airplane-2")
    _sequence(tmp_path / "airplane", "airplane-1")
    _sequence(tmp_path, "basketball-1")
    every = ["airplane-1", "airplane-2", "basketball-1"]
    assert [folder.name for folder in find(tmp_path)] == [folder.name for folder in find_all(tmp_path)] == every
    (tmp_path / "training_set.txt").write_text("airplane-2\nzebra-1\n")
    assert [folder.name for folder in find(tmp_path)] == ["airplane-2"]
    with pytest.raises(ValueError, match="^data: no CLASS/NAME/groundtruth.txt"):
        find(tmp_path / "nowhere")


def test_the_test_set_is_four_sequences_of_each_of_seventy_classes(tmp_path):
    classes = [name.partition("-")[0] for name in TEST]
    assert len(TEST) == 280 and {classes.count(kind) for kind in classes} == {4} and len(set(classes)) == 70
    for name in ("airplane-1", "airplane-2", "zebra-17"):
        _sequence(tmp_path / name.partition("-")[0], name)
    assert [folder.name for folder in find_test(tmp_path)] == ["airplane-1", "zebra-17"]
    with pytest.raises(ValueError, match="^data: no CLASS/NAME/groundtruth.txt of the set"):
        find_test(tmp_path / "airplane" / "airplane-2")
