"""Tensors as a file: whole, readable for those whom the system lets read, or a sentence."""

import os

import pytest
import torch
from safetensors import safe_open

from playground.files import NotWritten
from playground.hub.tensors import write_tensors

TENSORS = {"a": torch.arange(6.0).reshape(2, 3), "b": torch.ones(1, dtype=torch.float16)}


def test_what_is_written_is_read_back_with_what_is_said_of_it(tmp_path):
    path = tmp_path / "x.safetensors"
    write_tensors(path, TENSORS, {"step": "3"})
    with safe_open(path, "pt") as file:
        assert file.metadata() == {"step": "3"}
        assert all(torch.equal(file.get_tensor(name), value) for name, value in TENSORS.items())
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_others_may_read_it_as_the_umask_says(tmp_path):
    plain = tmp_path / "plain"
    plain.touch()
    write_tensors(tmp_path / "x.safetensors", TENSORS)
    assert (tmp_path / "x.safetensors").stat().st_mode == plain.stat().st_mode


def test_where_it_cannot_be_written_the_file_is_named(tmp_path):
    (tmp_path / "x").mkdir()
    with pytest.raises(NotWritten, match=r"x could not be written \(Is a directory\); check the disk\.$"):
        write_tensors(tmp_path / "x", TENSORS)
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
