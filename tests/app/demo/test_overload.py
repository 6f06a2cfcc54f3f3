"""What one job, or too many of them, do to the others: nothing, and a sentence to whoever asked."""

import csv
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from playground.app.demo import limits
from playground.app.demo.toggle import get_tracker
from playground.box import Box
from playground.follow import follow
from playground.video.read import read_frames
from playground.video.write import write_video

BOX = (20.0, 30.0, 24.0, 24.0)
FRAMES = 30
JOB_S, WAITING = 4, 3
WAIT_S = 100
# Jobs on clips of these names have a fault of their own; the rest is the page's.
FAULTS = """
import errno, time
from playground.app.demo import job
job.PROGRESS_S, usual = 0, job.track_clip
def track_clip(tracker, order):
    name = order.chosen.clip.path.stem
    for number, step in enumerate(usual(tracker, order)):
        if number == 3 and name == "greedy": raise MemoryError
        if number == 3 and name == "full": raise OSError(errno.ENOSPC, "No space left on device", "/srv/private")
        if name == "slow": time.sleep(0.4)
        while name == "stuck" and number == 3:
            time.sleep(0.05)
            yield step
        yield step
job.track_clip = track_clip
"""


@pytest.fixture(scope="module")
def faulty(strict_server):
    """A page with short jobs, few places and `FAULTS`; and the folder in which all its files are."""
    with strict_server(FAULTS, MAX_JOB_S=JOB_S, WAITING_PLACES=WAITING) as found:
        yield found


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """The same video under each name, but for an atom for nothing at its end."""
    folder = tmp_path_factory.mktemp("clips")
    rng = np.random.default_rng(0)
    ground, patch = rng.integers(0, 90, (96, 128, 3), np.uint8), rng.integers(120, 255, (24, 24, 3), np.uint8)
    frames = [ground.copy() for _ in range(FRAMES)]
    for i, frame in enumerate(frames):
        frame[30:54, 20 + 2 * i : 44 + 2 * i] = patch
    write_video(folder / "good.mp4", frames, 25)
    for number, name in enumerate(("greedy", "full", "slow", "stuck")):
        end = (12).to_bytes(4, "big") + b"free" + number.to_bytes(4, "big")
        (folder / f"{name}.mp4").write_bytes((folder / "good.mp4").read_bytes() + end)
    return folder


def _client(faulty) -> Client:
    return Client(faulty[0].url, verbose=False, download_files=faulty[1] / "downloads")


def _submit(faulty, clips, model, name):
    return _client(faulty).submit(handle_file(clips / f"{name}.mp4"), *BOX, 0, model, api_name="/track")


def _boxes(found) -> list[list[float]]:
    return [[float(row[name]) for name in "xywh"] for row in csv.DictReader(Path(found[1][0]).read_text().splitlines())]


def _jobs(faulty) -> list[Path]:
    """The folders of running jobs, and of those that left theirs behind."""
    return list((faulty[1] / "temporary").glob("tmp*"))


def _wait_until(right) -> None:
    end = time.monotonic() + WAIT_S
    while not right() and time.monotonic() < end:
        time.sleep(0.1)
    assert right()


def test_memory_or_disk_that_runs_out_in_one_job_leaves_the_others_right(faulty, clips, toy_model):
    frames = read_frames(clips / "good.mp4")
    alone = [event.box.as_tuple() for _, event in follow(get_tracker(toy_model, "cpu"), frames, Box(*BOX))]
    with ThreadPoolExecutor(4) as visitors:
        names = ["good", "greedy", "full", "good"]
        jobs = list(visitors.map(lambda name: _submit(faulty, clips, toy_model, name), names))
        first, greedy, full, last = jobs
        with pytest.raises(AppError, match="^This job needs more memory than the server has; choose fewer"):
            greedy.result(WAIT_S)
        with pytest.raises(AppError) as refused:
            full.result(WAIT_S)
        assert str(refused.value) == limits.DISK_FULL
        for job in (first, last):
            assert np.allclose(_boxes(job.result(WAIT_S)), alone, atol=0.0051)
    _wait_until(lambda: _jobs(faulty) == [])


def test_a_job_that_takes_too_long_ends_with_what_it_has(faulty, clips, toy_model):
    found = _submit(faulty, clips, toy_model, "slow").result(WAIT_S)
    assert 2 <= len(_boxes(found)) < FRAMES and Path(found[0]).read_bytes()[4:8] == b"ftyp"


def test_a_stuck_job_is_cancelled_and_its_place_is_free(faulty, clips, toy_model):
    """Both places are taken by jobs that would never end."""
    stuck = [_submit(faulty, clips, toy_model, "stuck") for _ in range(limits.JOBS_AT_ONCE)]
    _wait_until(lambda: len(_jobs(faulty)) >= limits.JOBS_AT_ONCE)
    for job in stuck:
        job.cancel()
    assert len(_boxes(_submit(faulty, clips, toy_model, "good").result(WAIT_S))) == FRAMES
    _wait_until(lambda: _jobs(faulty) == [])


def test_a_caller_who_leaves_while_the_job_runs_frees_the_place(faulty, clips, toy_model):
    """Without a word: the connection that the progress comes through is closed."""
    api = f"{faulty[0].url.rstrip('/')}/gradio_api"
    with httpx.Client(timeout=WAIT_S, trust_env=False) as caller:
        (path,) = caller.post(f"{api}/upload", files={"files": (clips / "stuck.mp4").open("rb")}).json()
        video = {"path": path, "meta": {"_type": "gradio.FileData"}}
        asked = {"data": [video, *BOX, 0, toy_model, -1, "cpu", []]}
        number = caller.post(f"{api}/call/track", json=asked).json()["event_id"]
        with caller.stream("GET", f"{api}/call/track/{number}") as told:
            assert next(told.iter_lines()) == "event: generating" and len(_jobs(faulty)) == 1
    _wait_until(lambda: _jobs(faulty) == [])


def test_a_full_queue_is_told_and_empties(faulty, clips, toy_model):
    with ThreadPoolExecutor(8) as visitors:
        asked = list(visitors.map(lambda _: _submit(faulty, clips, toy_model, "slow"), range(8)))
    errors = [job.exception(WAIT_S) for job in asked]
    refused = [str(error) for error in errors if error is not None]
    assert 1 <= len(refused) <= 8 - limits.JOBS_AT_ONCE and all("queue is full" in words.lower() for words in refused)
    assert len(_boxes(_submit(faulty, clips, toy_model, "good").result(WAIT_S))) == FRAMES
