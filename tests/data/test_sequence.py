"""A sequence and its frames; the text of true boxes and marks, with the separators that occur in the wild."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from playground.data.sequence import (
    Sequence,
    hide,
    parse_boxes,
    parse_flags,
    read_attributes,
    read_text,
    with_area,
    withhold,
)


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
    with pytest.raises(ValueError, match="^data: cup: marks that are not numbers"):
        parse_flags("0,yes", "cup")


def test_boxes_without_area_and_partly_known_ones_become_absent():
    boxes = parse_boxes("1,2,3,4\n1,2,0,4\n0,0,5,-1\nnan,2,3,nan\n", "a")
    assert np.isnan(boxes).all(1).tolist() == [False, True, True, True]
    assert np.array_equal(with_area(boxes), boxes, equal_nan=True)


def test_hidden_objects_become_absent():
    boxes = np.array([[1, 2, 3, 4], [1, 2, 3, 4]], float)
    assert np.isnan(hide(boxes, np.array([True, False]), "a")).all(1).tolist() == [False, True]
    with pytest.raises(ValueError, match=r"cup \(2 boxes, 3 marks\)"):
        hide(boxes, np.ones(3, bool), "cup")


def test_one_known_box_is_followed_by_unknown_ones():
    one, frames = np.ones((1, 4)), (Path("1.jpg"), Path("2.jpg"), Path("3.jpg"))
    assert np.isnan(withhold(one, frames)).all(1).tolist() == [False, True, True]
    assert withhold(np.ones((2, 4)), frames).shape == (2, 4) and withhold(one, ()).shape == (1, 4)


def test_attributes_are_those_with_a_mark(tmp_path):
    path, names = tmp_path / "cup.txt", ("small", "fast", "dark")
    assert read_attributes(path, names, "cup") == ()
    path.write_text("1,0,1\n")
    assert read_attributes(path, names, "cup") == ("small", "dark")
    path.write_text("1,0\n")
    with pytest.raises(ValueError, match=r"^data: cup \(2 marks, 3 attributes\)"):
        read_attributes(path, names, "cup")


def test_frames_of_images_come_in_order_as_rgb_thirty_a_second(tmp_path):
    paths = tuple(tmp_path / f"{i}.png" for i in range(3))
    for i, path in enumerate(paths):
        cv2.imwrite(str(path), np.full((4, 6, 3), (0, 0, 10 * i), np.uint8))
    sequence = Sequence("cup", paths, np.ones((3, 4)))
    frames = list(sequence.read())
    assert [(frame.index, frame.time_s) for frame in frames] == [(0, 0), (1, 1 / 30), (2, 2 / 30)]
    assert [frame.image[0, 0].tolist() for frame in frames] == [[0, 0, 0], [10, 0, 0], [20, 0, 0]]
    paths[1].unlink()
    with pytest.raises(ValueError, match="1.png cannot be read"):
        list(sequence.read())


def test_numbers_that_differ_and_text_that_cannot_be_read_are_named(tmp_path):
    with pytest.raises(ValueError, match=r"^data: cup \(1 frames, 2 boxes\): numbers of frames and boxes that differ"):
        Sequence("cup", (Path("1.jpg"),), np.zeros((2, 4)))
    with pytest.raises(ValueError, match=r"^data: cup \(0 frames, 0 boxes\)"):
        Sequence("cup", Path("cup.mp4"), np.zeros((0, 4)))
    with pytest.raises(ValueError, match=r"^data: cup \(gone.txt\): text files that cannot be read"):
        read_text(tmp_path / "gone.txt", "cup")
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="bytes.txt"):
        read_text(tmp_path / "bytes.txt", "cup")


@pytest.mark.parametrize("text", ["1 2 inf 4", "-inf,2,3,4", "1 2 3 1e999"])
def test_a_box_that_is_not_finite_is_absent(text):
    assert np.isnan(parse_boxes(text, "clip")).all()
