"""The VOT layout: the list's order, pictures of old and new years, marks of frames as attributes."""

import layouts
import numpy as np
import pytest

from playground.data.vot import find, read


def test_the_list_decides_the_order_and_what_it_names_must_be_there(tmp_path):
    for name in ("ants1", "ball1", "car1"):
        layouts.write(tmp_path / name / "groundtruth.txt", layouts.BOX)
    assert [folder.name for folder in find(tmp_path)] == ["ants1", "ball1", "car1"]
    layouts.write(tmp_path / "list.txt", "car1\nzebra1\n")
    assert [folder.name for folder in find(tmp_path)] == ["car1", "zebra1"]
    with pytest.raises(ValueError, match=r"^data: zebra1 \(groundtruth.txt\): text files that cannot be read"):
        read(tmp_path / "zebra1")


def test_old_years_have_their_pictures_beside_the_boxes(tmp_path):
    folder = tmp_path / "ball"
    layouts.touch(folder, range(1, 4), 8)
    layouts.write(folder / "groundtruth.txt", "1,2,3,4\n0\nm5,6,2,2,0,4\n")
    layouts.write(folder / "occlusion.label", "0\n1\n")
    layouts.write(folder / "size_change.label", "0\n0\n0\n")
    sequence = read(folder)
    assert sequence.attributes == ("occlusion",) and len(sequence.frames) == 3
    assert sequence.boxes[[0, 2]].tolist() == [[1, 2, 3, 4], [5, 6, 2, 2]] and np.isnan(sequence.boxes[1]).all()


def test_a_line_that_is_no_region_names_the_sequence(tmp_path):
    layouts.vot(tmp_path)
    layouts.write(tmp_path / "ball1" / "groundtruth.txt", "1,2,3\n" * 3)
    with pytest.raises(ValueError, match="^data: ball1: regions that are no box of 4 numbers, polygon of 8, or mask"):
        read(tmp_path / "ball1")
