"""A folder appears whole or not at all."""

import errno
import os
import signal
import sys
from itertools import count

import pytest
from faulty import Killed, call

from playground.export.folder import replacing_folder, write_folder
from playground.files import NotWritten


def _fill(folder, text):
    (folder / "mark").write_text(text)
    (folder / f"only-{text}").write_text("")


def test_appears_at_the_end_and_replaces_an_earlier_one(tmp_path):
    out = tmp_path / "deep" / "out"
    with replacing_folder(out, "mark") as folder:
        _fill(folder, "one")
        assert not out.exists()
    with replacing_folder(out, "mark") as folder:
        _fill(folder, "two")
        assert (out / "mark").read_text() == "one"
    assert sorted(path.name for path in out.iterdir()) == ["mark", "only-two"]
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_an_error_leaves_what_was_there(tmp_path):
    out = tmp_path / "out"
    for there in (set(), {"out"}):
        with pytest.raises(RuntimeError, match="power cut"), replacing_folder(out, "mark") as folder:
            _fill(folder, "half")
            raise RuntimeError("power cut")
        assert {path.name for path in tmp_path.iterdir()} == there
        with replacing_folder(out, "mark") as folder:
            _fill(folder, "whole")
    assert (out / "mark").read_text() == "whole"


def test_takes_an_empty_folder_and_touches_no_other(tmp_path):
    (tmp_path / "empty").mkdir()
    with replacing_folder(tmp_path / "empty", "mark") as folder:
        _fill(folder, "one")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_text("cat")
    (tmp_path / "file").write_text("words")
    for name in ("photos", "file"):
        with (
            pytest.raises(ValueError, match=r"^out: .* exists and is not an earlier export"),
            replacing_folder(tmp_path / name, "mark"),
        ):
            pass
    assert (tmp_path / "photos" / "cat.jpg").read_text() == "cat" and (tmp_path / "file").read_text() == "words"


def test_files_of_any_kind_go_below_a_new_folder(tmp_path):
    (tmp_path / "one").write_text("1")
    write_folder(tmp_path / "out", {"a/one": tmp_path / "one", "two": b"2"})
    assert (tmp_path / "out" / "a" / "one").read_text() == "1" and (tmp_path / "out" / "two").read_bytes() == b"2"
    with pytest.raises(ValueError, match=r"^out: "):
        write_folder(tmp_path / "out", {"two": b"3"})


def test_what_the_system_refuses_names_the_folder_or_the_file_in_it(tmp_path):
    for inside, said in ((None, "out"), ("deep/weights.bin", "out/deep/weights.bin")):
        with pytest.raises(NotWritten) as raised, replacing_folder(tmp_path / "out", "mark") as beside:
            named = [] if inside is None else [str(beside / inside)]
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), *named)
        assert str(raised.value).startswith(f"{tmp_path / said} could not be written (No space left on device)")
    (tmp_path / "file").touch()
    with pytest.raises(NotWritten, match=r"file/out could not be written"), replacing_folder(tmp_path / "file/out", ""):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(sys.platform != "linux", reason="where names can be swapped in one step")
@pytest.mark.parametrize("swaps", [True, False])
def test_killed_at_any_change_it_leaves_the_older_or_the_newer_one(tmp_path, swaps):
    killed = 0
    for number in count():
        out = tmp_path / str(number) / "out"
        call("small_writers:put_folder", (out, "old", swaps))
        ended = call("small_writers:put_folder", (out, "new", swaps), Killed(number, str(out.parent)), out.parent)
        if not swaps and not out.exists():  # between two renames; the next writer gives the older one its name back
            with pytest.raises(KeyboardInterrupt), replacing_folder(out, "mark"):
                raise KeyboardInterrupt
        there = (out / "mark").read_text()
        assert there in ("old", "new")
        assert {path.name for path in out.rglob("*")} == {"mark", "deep", f"only-{there}"}
        for path in out.parent.glob(".*"):
            os.utime(path, (0, 0))
        assert call("small_writers:put_folder", (out, "next", swaps)).status == 0
        assert (out / "mark").read_text() == "next" and [path.name for path in out.parent.iterdir()] == ["out"]
        if ended.status == 0:
            break
        assert ended.status == -signal.SIGKILL
        killed += 1
    assert killed > 5
