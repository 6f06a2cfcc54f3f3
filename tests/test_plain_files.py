"""Plain files are read, and links to them; folders, pipes, devices and impossible names are refused at once."""

import os

import pytest

from playground.plain_files import open_plain, read_plain


def test_a_file_and_a_link_to_one_are_read(tmp_path):
    (tmp_path / "a").write_bytes(b"content")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert read_plain(tmp_path / "a") == read_plain(tmp_path / "b") == b"content"
    assert read_plain(tmp_path / "a", 3) == b"con"
    with open_plain(tmp_path / "a") as file:
        assert file.read(1) == b"c"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
@pytest.mark.timeout(20)
def test_what_may_never_end_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name, target in (("folder", tmp_path), ("device", "/dev/zero"), ("link", tmp_path / "pipe")):
        (tmp_path / name).symlink_to(target)
    for name in ("pipe", "folder", "device", "link"):
        with pytest.raises(OSError, match="not a file but a folder, a pipe or a device") as caught:
            open_plain(tmp_path / name)
        assert caught.value.filename == str(tmp_path / name)


def test_what_is_not_there_and_names_that_none_can_have(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_plain(tmp_path / "a")
    with pytest.raises(OSError, match="no file can have this name"):
        read_plain(tmp_path / "a\0b")
