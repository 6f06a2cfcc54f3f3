"""The text of true boxes and marks, with the separators that occur in the wild, and frames by number."""

from pathlib import Path

import numpy as np
import pytest

from playground.data.sequence import Sequence, hide, list_images, parse_boxes, parse_flags, read_text


def test_commas_tabs_blanks_and_absent_targets():
    boxes = parse_boxes("1,2,3,4\n5\t6\t7\t8\n\n9.5 10 11 12\r\nNaN,NaN,NaN,NaN\n", "a")
    assert boxes[:3].tolist() == [[1, 2, 3, 4], [5, 6, 7, 8], [9.5, 10, 11, 12]]
    assert np.isnan(boxes[3]).all() and parse_boxes("", "a").shape == (0, 4)


@pytest.mark.parametrize("text", ["1,2,3", "1,2,3,4\n1,2,3,4,5", "1,2,3,x"])
def test_a_wrong_line_names_the_sequence(text):
    with pytest.raises(ValueError, match="^data: cup: boxes that are not four numbers"):
        parse_boxes(text, "cup")


def test_marks_stand_in_one_line_or_one_a_line():
    assert parse_flags("0,1,0\n", "a").tolist() == parse_flags("0\n1\r\n0\n", "a").tolist() == [0, 1, 0]
    with pytest.raises(ValueError, match="^data: cup: marks of absence that are not numbers"):
        parse_flags("0,yes", "cup")


def test_hidden_objects_and_boxes_without_area_become_absent():
    boxes = np.array([[1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 0, 4], [0, 0, 5, -1]], float)
    assert np.isnan(hide(boxes, np.array([True, False, True, True]), "a")).all(1).tolist() == [False, True, True, True]
    with pytest.raises(ValueError, match=r"cup \(4 boxes, 3 marks\)"):
        hide(boxes, np.ones(3, bool), "cup")


def test_frames_are_listed_by_number_without_other_files(tmp_path):
    for name in ("10.jpg", "2.JPG", "1.png", ".3.jpg", "4.txt"):
        (tmp_path / name).touch()
    assert [path.name for path in list_images(tmp_path)] == ["1.png", "2.JPG", "10.jpg"]
    assert list_images(tmp_path / "nowhere") == ()


def test_numbers_that_differ_and_text_that_cannot_be_read_are_named(tmp_path):
    with pytest.raises(ValueError, match=r"^data: cup \(1 frames, 2 boxes\): numbers of frames and boxes that differ"):
        Sequence("cup", (Path("1.jpg"),), np.zeros((2, 4)))
    with pytest.raises(ValueError, match=r"^data: cup \(gone.txt\): text files that cannot be read"):
        read_text(tmp_path / "gone.txt", "cup")
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="bytes.txt"):
        read_text(tmp_path / "bytes.txt", "cup")
