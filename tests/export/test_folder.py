"""A folder appears whole or not at all."""

import pytest

from playground.export.folder import replacing_folder


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
