"""Many uploads leave files and memory as they were; what is too large, too long, damaged or no video is refused."""

import os
import time
from pathlib import Path

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from playground.video.write import write_video

UPLOADS, WARM = 50, 15
MOST_MIB = 50  # of growth after the first ones; the frames of one clip have 4.4, so keeping them all would be 120
WAIT_S = 60
BOX = {"x": 20, "y": 30, "w": 60, "h": 60}


@pytest.fixture(scope="module")
def clip_bytes(tmp_path_factory) -> bytes:
    """20 frames of 320x240."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    write_video(path, (np.full((240, 320, 3), 5 * i, np.uint8) for i in range(20)), 25)
    return path.read_bytes()


def _another(clip: bytes, number: int) -> bytes:
    """The same video as a file that no other is equal to: an atom for nothing at its end."""
    return clip + (12).to_bytes(4, "big") + b"free" + number.to_bytes(4, "big")


def _files(folder: Path) -> set[Path]:
    """All files, and folders with them."""
    # Not rglob, which stumbles over what is deleted meanwhile.
    places = [step for name in ("temporary", "cache") for step in os.walk(folder / name)]
    return {Path(place) / name for place, folders, files in places for name in (*folders, *files)}


def _resident_mib(process: int) -> float:
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        pytest.skip("resident memory is read from /proc, which this system does not have")
    return next(int(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmRSS"))


@pytest.fixture(scope="module")
def strict(strict_server):
    """A page that takes 1 MB, four seconds and frames of 640x480, and keeps files for six seconds; and its folder."""
    with strict_server(MAX_FILE_MB=1, MAX_SECONDS=4, MAX_PIXELS=640 * 480, KEEP_S=6, CLEAN_EVERY_S=1) as found:
        yield found


def test_fifty_uploads_leave_the_disk_and_the_memory_where_they_were(strict, clip_bytes, toy_model, tmp_path):
    (server, folder), early = strict, 0.0
    before = _files(folder)
    client = Client(server.url, verbose=False, download_files=False)
    for number in range(UPLOADS):
        clip = tmp_path / f"clip{number}.mp4"
        damaged = number % 5 == 4
        clip.write_bytes(clip_bytes[: 400 + number] if damaged else _another(clip_bytes, number))
        call = {**BOX, "video": handle_file(clip), "start": 17, "model": toy_model}
        if damaged:
            with pytest.raises(AppError, match=f"^video: .*{clip.name}"):
                client.predict(**call, api_name="/track")
        else:
            client.predict(**call, api_name="/track")
        if number == 0:
            assert len(_files(folder) - before) >= 5  # so the files are looked for where they are
        if number == WARM:
            early = _resident_mib(server.process)
    assert _resident_mib(server.process) - early < MOST_MIB
    end = time.monotonic() + WAIT_S
    while _files(folder) != before and time.monotonic() < end:
        time.sleep(0.3)
    assert _files(folder) == before


def _make(kind: str, path: Path, clip: bytes) -> Path:
    if kind == "oversized":
        path.write_bytes(clip + bytes(2 * 2**20))
    elif kind == "overlong":
        write_video(path, [np.zeros((48, 64, 3), np.uint8)] * 120, 25)
    elif kind == "too wide":
        write_video(path, [np.zeros((480, 642, 3), np.uint8)] * 3, 25)
    elif kind == "corrupt":
        path.write_bytes(clip[: len(clip) // 3])
    else:
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(300))
    return path


REFUSED = {
    "oversized": "maximum allowed size of 1.0 Mb",
    "overlong": "video: this page takes clips up to 4 seconds; clip.mp4 has 5, so cut it.",
    "too wide": "video: this page takes frames up to 0.3 megapixels; got 642x480, so shrink it.",
    "corrupt": "clip.mp4",
    "no video": "clip.mp4",
}


@pytest.mark.parametrize(("kind", "words"), REFUSED.items())
def test_a_visitor_is_told_why_a_file_is_not_taken(strict, visit, clip_bytes, tmp_path, kind, words):
    file = _make(kind, tmp_path / "clip.mp4", clip_bytes)
    with visit(strict[0].url) as page:
        page.wait_for_selector(".picker-box")
        page.set_input_files("#upload input[type=file]", file)
        page.wait_for_selector(".toast-body")
        said = page.inner_text(".toast-body")
        assert words in said and "Traceback" not in said
        assert "easy.mp4" in page.inner_text(".picker-caption")  # as it was


def test_a_file_of_another_kind_is_not_taken_by_the_field(page, tmp_path):
    (tmp_path / "notes.txt").write_text("not a video\n")
    page.set_input_files("#upload input[type=file]", tmp_path / "notes.txt")
    page.wait_for_selector(".toast-body")
    assert "video" in page.inner_text(".toast-body")


def test_what_the_server_has_forgotten_is_not_tracked_as_another_clip(strict, visit, upload, type_box, square_clip):
    """After its time the server has the page's first clip in the place of the one that the visitor still sees."""
    with visit(strict[0].url) as page:
        page.wait_for_selector(".picker-box")
        upload(page, square_clip)
        type_box(page, (20, 30, 24, 24))
        page.wait_for_timeout(9000)  # kept for six seconds
        page.click("#track")
        page.wait_for_selector(".toast-body")
        assert "video: the clip that you see is not kept here any more; choose it again." in page.inner_text(
            ".toast-body"
        )
        upload(page, square_clip)
        page.wait_for_function("() => document.querySelector('#box-x input').value === ''")  # it is chosen anew
        type_box(page, (20, 30, 24, 24))
        page.click("#track")
        page.wait_for_selector("#video video", timeout=60_000)
