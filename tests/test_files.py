"""A file is there whole or not at all."""

import pytest

from playground.files import leftovers, replacing


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
    for name in (".hidden", "part.json", ".notes.part.txt", "model.safetensors"):
        (tmp_path / name).write_text("kept")
    for name in ("model.safetensors", "events", "run.tar.gz"):
        with replacing(tmp_path / name) as beside:
            beside.write_text("half")
            assert leftovers(tmp_path) == [beside]
    assert leftovers(tmp_path) == []
