"""A file is there whole or not at all."""

import errno
import os

import pytest

from playground.files import NotWritten, leftovers, replacing, writing


def test_appears_on_success_only_and_keeps_its_suffix(tmp_path):
    path = tmp_path / "boxes.csv"
    with replacing(path) as beside:
        beside.write_text("whole")
        assert beside.suffix == ".csv" and not path.exists()
    assert path.read_text() == "whole" and list(tmp_path.iterdir()) == [path]


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "boxes.csv"
    path.write_text("old")
    with pytest.raises(RuntimeError), replacing(path) as beside:
        beside.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_what_a_killed_writer_leaves_is_found_and_nothing_else(tmp_path):
    assert leftovers(tmp_path / "nowhere") == []
    for name in (".hidden", "part.json", ".notes.part.txt", ".tmp", "model.safetensors"):
        (tmp_path / name).write_text("kept")
    for name in ("model.safetensors", "events", "run.tar.gz"):
        with replacing(tmp_path / name) as beside:
            beside.write_text("half")
            assert leftovers(tmp_path) == [beside]
    assert leftovers(tmp_path) == []
    (tmp_path / ".tmp0aB9xY").write_text("half, of safetensors")
    assert [path.name for path in leftovers(tmp_path)] == [".tmp0aB9xY"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "could not be written (No space left on device); make room, or choose another place."),
        (errno.EROFS, "could not be written (Read-only file system); choose another place, or change its permissions."),
    ],
)
def test_what_the_system_refuses_names_the_file_and_not_the_one_beside(tmp_path, number, words):
    path = tmp_path / "boxes.csv"
    path.write_text("old")
    for named in (True, False) if number == errno.ENOSPC else (True,):
        with pytest.raises(NotWritten) as raised, replacing(path) as beside:
            raise OSError(number, os.strerror(number), *([str(beside)] if named else []))
        assert str(raised.value) == f"{path} {words}" and raised.value.errno == number
    with pytest.raises(NotWritten, match="other"), replacing(path), writing(tmp_path / "other"):
        raise OSError(number, os.strerror(number))
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_errors_that_are_not_about_the_file_pass(tmp_path):
    for error in (FileNotFoundError(errno.ENOENT, "not there", "clip.mp4"), ConnectionResetError(104, "gone")):
        with pytest.raises(type(error)) as raised, replacing(tmp_path / "boxes.csv"):
            raise error
        assert raised.value is error


def test_what_a_killed_writer_of_the_same_file_left_a_day_ago_is_removed(tmp_path):
    left = [tmp_path / f".{name}.0123abcd.part.csv" for name in ("boxes", "boxes.of", "others")]
    fresh = tmp_path / ".boxes.4567abcd.part.csv"
    for path in (*left, fresh):
        path.write_text("half")
    for path in left:
        os.utime(path, (0, 0))
    with replacing(tmp_path / "boxes.csv") as beside:
        beside.write_text("whole")
    assert {path.name for path in tmp_path.iterdir()} == {"boxes.csv", fresh.name, left[1].name, left[2].name}
