"""Frames by number, folders by list or by what they hold."""

import pytest

from playground.data.layout import folders_with, found_under, list_images, listed_folders, number_range


def test_frames_are_listed_by_number_without_other_files(tmp_path):
    for name in ("10.jpg", "2.JPG", "1.png", ".3.jpg", "4.txt"):
        (tmp_path / name).touch()
    assert [path.name for path in list_images(tmp_path)] == ["1.png", "2.JPG", "10.jpg"]
    assert list_images(tmp_path / "nowhere") == ()


def test_a_range_is_of_file_numbers_not_of_places(tmp_path):
    for name in ("0300.jpg", "0301.jpg", "0302.jpg", "0310.jpg", "cover.jpg"):
        (tmp_path / name).touch()
    assert [path.name for path in number_range(list_images(tmp_path), 301, 309)] == ["0301.jpg", "0302.jpg"]


def test_folders_side_by_side_and_one_level_down(tmp_path):
    for name in ("b", "a/c", "a/d/e", "empty"):
        (tmp_path / name).mkdir(parents=True)
        if name != "empty":
            (tmp_path / name / "boxes.txt").touch()
    assert folders_with(tmp_path, "boxes.txt") == [tmp_path / "a" / "c", tmp_path / "b"]
    assert listed_folders(tmp_path, "boxes.txt") == [tmp_path / "b"]
    (tmp_path / "list.txt").write_text("gone\nb\n")
    assert listed_folders(tmp_path, "boxes.txt") == [tmp_path / "gone", tmp_path / "b"]


def test_nothing_found_says_what_and_where(tmp_path):
    assert found_under(tmp_path, [tmp_path], "NAME", "names") == [tmp_path]
    with pytest.raises(ValueError, match=f"^data: no NAME under {tmp_path}; give the folder that holds names"):
        found_under(tmp_path, [], "NAME", "names")
