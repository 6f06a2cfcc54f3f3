"""Old files and empty folders go, new ones stay, and Gradio is told of the folder for as long as it is there."""

import os
import time

import pytest
from gradio.utils import get_upload_folder

from playground.app.demo import limits
from playground.app.demo.cache import own_cache, sweep


def _age(path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_what_is_old_goes_and_what_is_new_stays(tmp_path):
    outside = tmp_path / "outside.txt"
    outside.write_text("kept")
    folder = tmp_path / "cache"
    for name in ("old/a.mp4", "new/b.mp4", "empty/c.mp4"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text("x")
    (folder / "link").symlink_to(outside)
    (folder / "empty" / "c.mp4").unlink()
    _age(folder / "old" / "a.mp4", 100)
    _age(folder / "empty", 100)
    _age(folder / "new", 100)  # holds something newer
    sweep(folder, 60)
    left = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    assert left == {"old", "new", "new/b.mp4", "link"}
    sweep(folder, -1)
    assert list(folder.iterdir()) == [] and outside.read_text() == "kept"


@pytest.mark.parametrize("named", [True, False])
def test_gradio_keeps_files_there_until_the_end(tmp_path, monkeypatch, named):
    monkeypatch.delenv("GRADIO_TEMP_DIR", raising=False)
    if named:
        monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "mine"))
    before = get_upload_folder()
    with own_cache() as folder:
        assert get_upload_folder() == str(folder) and folder.is_dir()
        assert folder.parent == tmp_path / "mine" or not named
    assert get_upload_folder() == before and not folder.exists()


def test_it_is_swept_while_it_is_there(monkeypatch):
    monkeypatch.setattr(limits, "CLEAN_EVERY_S", 0.05)
    monkeypatch.setattr(limits, "KEEP_S", 0.1)
    with own_cache() as folder:
        (folder / "upload.mp4").write_text("x")
        end = time.monotonic() + 30
        while (folder / "upload.mp4").exists() and time.monotonic() < end:
            time.sleep(0.05)
        assert folder.is_dir() and list(folder.iterdir()) == []
