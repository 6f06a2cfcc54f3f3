"""Commands that are killed: what was there still opens, what was finished is kept, the same command then ends well.

Training has its own in tests/app/test_train_command.py, folders in tests/export/test_folder.py.
"""

import os
import shutil
import signal
from collections.abc import Callable
from itertools import count
from pathlib import Path

import av
import numpy as np
import pytest
from exported import toy_export, toy_source
from faulty import Ended, Fault, Killed, KilledAtByte, call, run
from hub_client import client_settings
from hub_server import OWNER, TOKEN, running_hub
from tiny_evaluation import write_otb

from playground.backends.onnx import OnnxBackend
from playground.hub import load_model
from playground.manifest import read_manifest
from playground.video.write import write_video

FRAMES = 6
NAME = f"{OWNER}/toy"


@pytest.fixture
def model(tmp_path_factory) -> Path:
    return toy_source(tmp_path_factory)


def until_it_ends(command: Callable[[Fault], Ended], folder: Path, step: int = 1, first: int = 0):
    """The command killed before its change number ``first``, then ``step`` later, until it ends by itself."""
    for number in count(first, step):
        ended = command(Killed(number, str(folder)))
        if ended.status == 0:
            assert number > first, "it was never killed"
            return
        assert ended.status == -signal.SIGKILL, ended.said
        yield number


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith(".")}


def shown(path: Path) -> int:
    """How many frames a video has, all of them decoded."""
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


def test_a_track_that_is_killed_leaves_the_older_video_and_boxes_or_the_whole_newer_ones(tmp_path, model):
    rng, out = np.random.default_rng(0), tmp_path / "out"
    out.mkdir()
    write_video(tmp_path / "clip.mp4", [rng.integers(0, 255, (64, 96, 3), np.uint8) for _ in range(FRAMES)], 25)
    base = ["track", str(tmp_path / "clip.mp4"), "--model", str(model), "--out", "o.mp4", "--boxes", "b.csv"]
    older, newer = [*base, "--box", "20,15,24,18", "--start", "2"], [*base, "--box", "30,20,24,18"]
    assert run(newer, folder=out).status == 0
    size, boxes = (out / "o.mp4").stat().st_size, {(out / "b.csv").read_text()}
    assert run(older, folder=out).status == 0
    boxes.add((out / "b.csv").read_text())
    assert len(boxes) == 2 and shown(out / "o.mp4") == FRAMES - 2

    def whole() -> bool:
        return shown(out / "o.mp4") in (FRAMES - 2, FRAMES) and (out / "b.csv").read_text() in boxes

    for share in (0.1, 0.6, 0.999):
        ended = run(newer, KilledAtByte(int(size * share)), out)
        assert ended.status == -signal.SIGXFSZ and whole() and shown(out / "o.mp4") == FRAMES - 2
    for _ in until_it_ends(lambda fault: run(newer, fault, out), out):
        assert whole() and left(out) == {"o.mp4", "b.csv"}
    assert shown(out / "o.mp4") == FRAMES and (out / "o.mp4").stat().st_size == size


def test_a_run_that_is_killed_while_its_model_is_written_goes_on_and_takes_the_debris_away(tmp_path):
    short = "--optim.steps 2 --save-every 1 --report-every 1 --data.synthetic-clips 2 --groups 2 --device cpu"
    ended = run(["train", "toy-teacher", "--out", "run", *short.split()], KilledAtByte(4000), tmp_path)
    assert ended.status == -signal.SIGXFSZ, ended.said
    assert [path for path in (tmp_path / "run").iterdir() if path.name.startswith(".tmp")]  # safetensors' own
    assert run(["resume", "run", "--device", "cpu"], folder=tmp_path).status == 0
    load_model(tmp_path / "run")
    assert not [path.name for path in (tmp_path / "run").iterdir() if path.name.startswith(".")]


def test_an_evaluation_that_is_killed_keeps_what_is_finished_and_goes_on(tmp_path):
    for i in range(2):
        write_otb(tmp_path / "clips", f"s{i}", [(11 + i * j, 11, 20, 20) for j in range(3)])
    words = ["evaluate", "--tracker", "first-box", "--data", f"otb:{tmp_path / 'clips'}", "--out"]
    assert run([*words, str(tmp_path / "whole")]).status == 0
    results = tmp_path / "results"
    folder = results / "otb-clips" / "first-box"
    finished: dict[Path, int] = {}
    parts = ("", "_time", "_score")
    for _ in until_it_ends(lambda fault: run([*words, str(results)], fault), results, step=3, first=1):
        assert all(path.stat().st_mtime_ns == written for path, written in finished.items())
        for i in range(2):
            paths = [folder / f"s{i}{part}.txt" for part in parts]
            if all(path.exists() for path in paths):
                finished |= {path: path.stat().st_mtime_ns for path in paths}
    assert finished and not [path for path in folder.iterdir() if path.name.startswith(".")]
    for path in (tmp_path / "whole").rglob("s*[0-9].txt"):
        assert (results / path.relative_to(tmp_path / "whole")).read_bytes() == path.read_bytes()


def test_an_export_that_is_killed_leaves_the_older_one_or_the_whole_newer_one(tmp_path, model, tmp_path_factory):
    traced = toy_export(tmp_path_factory)
    out = Path(shutil.copytree(traced, tmp_path / "onnx"))
    some = KilledAtByte(read_manifest(out).files["weights.bin"].bytes // 4)
    assert call("small_writers:put_export", (model, traced, out), some).status == -signal.SIGXFSZ
    assert read_manifest(out).dtype == "fp32"  # which checks every file
    for _ in until_it_ends(lambda fault: call("small_writers:put_export", (model, traced, out), fault), tmp_path, 3):
        assert read_manifest(out).dtype in ("fp32", "fp16")
        OnnxBackend(out)
    assert read_manifest(out).dtype == "fp16"


def test_a_conversion_that_is_killed_can_be_made_again(tmp_path):
    checkpoint = Path(__file__).parents[1] / "golden" / "o_official_format_tiny.pth.tar"
    words, out = ["convert", str(checkpoint), str(tmp_path / "model"), "--heads", "4"], tmp_path / "model"
    assert run(words, KilledAtByte(4000)).status == -signal.SIGXFSZ and not out.exists()
    assert run(words).status == 0
    load_model(out)


def test_a_card_that_is_killed_leaves_a_model_that_loads(tmp_path, model):
    folder = tmp_path / "toy"
    folder.mkdir()
    for path in model.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    for _ in until_it_ends(lambda fault: run(["card", str(folder), "--write"], fault), tmp_path):
        load_model(folder)
    assert left(folder) == {"README.md", "card.json", "config.json", "model.safetensors", "tracker.json"}


def test_publishing_that_is_killed_leaves_the_older_version_or_the_whole_newer_one(tmp_path, model):
    files = {path.name: path.read_bytes() for path in model.iterdir()}
    with running_hub() as hub:
        hub.add(NAME, {"config.json": b"an older one"})
        settings = client_settings(hub, tmp_path) | {"HF_TOKEN": TOKEN}
        repo, words = hub.repos[NAME], ["publish", str(model), NAME]
        began: list[int] = []
        for number in count(1):
            hub.asked.clear()
            hub.before = lambda _, at=number: os.kill(began[-1], signal.SIGKILL) if len(hub.asked) == at else None
            ended = run(words, settings=settings, began=began.append)
            newest = repo.commits[repo.branches["main"]]
            assert newest == {"config.json": b"an older one"} or files.items() <= newest.items()
            if ended.status == 0:
                break
            assert ended.status == -signal.SIGKILL, ended.said
        assert number > 4 and files.items() <= newest.items()


def test_a_download_that_is_killed_is_completed_by_the_next(tmp_path, model):
    files = {path.name: path.read_bytes() for path in model.iterdir()}
    with running_hub() as hub:
        sha = hub.add(NAME, files)
        settings = client_settings(hub, tmp_path)
        half = KilledAtByte(len(files["model.safetensors"]) // 2)
        assert call("playground.hub:resolve", (NAME,), half, settings=settings).status == -signal.SIGXFSZ
        assert call("playground.hub:resolve", (NAME,), settings=settings).status == 0
    (cached,) = (tmp_path / "hf").glob(f"hub/*/snapshots/{sha}")
    assert {path.name: path.read_bytes() for path in cached.iterdir()} == files
