"""An evaluation that is killed, moved or shared out ends with the report of one that was not."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest
from tiny_evaluation import write_otb

from playground.app.cli import main

NAMES = ("s0", "s1", "s2", "s3", "s4", "s5")
LONG = 600  # frames
PATIENCE = 200  # seconds, for a busy machine


@pytest.fixture
def data(tmp_path) -> Path:
    for i, name in enumerate(NAMES):
        write_otb(tmp_path / "clips", name, [(11 + i * j, 11, 20, 20) for j in range(3)])
    return tmp_path / "clips"


def _arguments(data, out, *more):
    return ["evaluate", "--tracker", "first-box", "--data", f"otb:{data}", "--out", str(out), *more]


def _start(arguments: list[str], launcher: tuple[str, ...] = ()) -> "subprocess.Popen[str]":
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, *launcher, "-m", "playground", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def _report(printed: str) -> str:
    """What stands after the lines of single sequences, without the milliseconds and how many ran at a time."""
    report = printed[printed.index("otb-clips: ") :].replace("2 at a time on 1 threads each", "one at a time")
    return re.sub(r" +\d+\.\d(?=\s)", " MS", report)


def _finish(process: "subprocess.Popen[str]") -> str:
    said, problems = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, problems
    return said


def _enlarge(sequence: Path) -> None:
    """Makes every frame of ``sequence`` one that takes a tenth of a second to decode: noise, 3840 x 2160."""
    first, *rest = sorted((sequence / "img").iterdir())
    pixels = np.random.default_rng(0).integers(0, 256, (2160, 3840, 3), np.uint8)
    first.write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
    for path in rest:
        path.unlink()
        path.hardlink_to(first)


def test_killed_halfway_it_does_only_what_is_left_and_reports_the_same(tmp_path, capsys):
    data = tmp_path / "clips"
    for name in NAMES:
        write_otb(data, name, [(11 + i % 7, 11, 20, 20) for i in range(LONG)])
    main(_arguments(data, tmp_path / "whole"))
    whole = _report(capsys.readouterr().out)

    # Two sequences that take a minute: the first two get finished, the last two are not begun.
    for name in ("s2", "s3"):
        shutil.move(data / name, tmp_path / name)
        shutil.copytree(tmp_path / name, data / name)
        _enlarge(data / name)
    folder = tmp_path / "broken" / "otb-clips" / "first-box"
    process = _start(_arguments(data, tmp_path / "broken", "--jobs", "2"))
    end = time.monotonic() + PATIENCE
    while not ((folder / "s0.txt").exists() and (folder / "s1.txt").exists()):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.02)
    pool = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate()
    assert len(pool) >= 2 and psutil.wait_procs(pool, timeout=PATIENCE)[1] == []  # nobody is left behind
    for name in ("s2", "s3"):
        shutil.rmtree(data / name)
        shutil.move(tmp_path / name, data / name)
    kept = {path: path.stat().st_mtime_ns for path in folder.glob("*.txt")}
    assert {path.stem for path in kept} == {
        f"{name}{part}" for name in ("s0", "s1") for part in ("", "_time", "_score")
    }

    main(_arguments(data, tmp_path / "broken"))
    printed = capsys.readouterr().out
    assert printed.startswith("2 of 6 tracks are finished\n")
    assert [name for name in NAMES if f" {name} " in printed] == ["s2", "s3", "s4", "s5"]
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert _report(printed) == whole
    for name in NAMES:
        boxes = [tmp_path / run / "otb-clips" / "first-box" / f"{name}.txt" for run in ("whole", "broken")]
        assert boxes[0].read_bytes() == boxes[1].read_bytes()


def test_processes_of_a_launcher_share_the_sequences_and_report_once(data, tmp_path, capsys):
    main(_arguments(data, tmp_path / "whole"))
    whole = _report(capsys.readouterr().out)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    launch = {"num_processes": 2, "num_machines": 1, "mixed_precision": "no", "dynamo_backend": "no",
              "main_process_port": port}  # fmt: skip
    settings = (f"--{name}={value}" for name, value in launch.items())
    # --multi_gpu is what makes accelerate start several processes on one machine; they need no GPU.
    launcher = ("-m", "accelerate.commands.launch", "--multi_gpu", *settings)
    said = _finish(_start(_arguments(data, tmp_path / "both"), launcher))
    assert said.count("0 of 3 tracks are finished") == 2
    assert all(said.count(f" {name} ") == 1 for name in NAMES)
    assert said.count("otb-clips: ") == 1 and _report(said) == whole


def test_what_cannot_be_tracked_is_named_and_the_rest_is_there(data, tmp_path, capsys):
    (data / "s3" / "img" / "0002.png").write_bytes(b"no picture")
    with pytest.raises(SystemExit) as ended:
        main(_arguments(data, tmp_path / "out"))
    printed = capsys.readouterr()
    assert ended.value.code == 2
    assert printed.err.startswith("playground: sequence: 1 could not be tracked") and "first-box on s3: " in printed.err
    assert "first-box: 1 sequences are missing, first s3" in printed.out and printed.out.count(" s5 ") == 1


def test_several_data_sets_and_trackers_and_rules_of_another_benchmark(data, tmp_path, capsys):
    write_otb(tmp_path / "more", "one", [(11, 11, 20, 20)] * 3)
    out = tmp_path / "out"
    arguments = [*_arguments(data, out), "--data", f"otb:{tmp_path / 'more'}", "--tracker", "floor=first-box"]
    main(arguments)
    official = capsys.readouterr().out
    assert "otb-clips: 6 sequences, rules of otb" in official and "otb-more: 1 sequences, rules of otb" in official
    assert {path.parent.name for path in out.glob("*/*/tracker.json")} == {"first-box", "floor"}
    main([*arguments, "--protocol", "plain"])
    plain = capsys.readouterr().out
    assert "12 of 12 tracks are finished" in plain and "2 of 2 tracks are finished" in plain
    assert "otb-clips: 6 sequences, rules of plain" in plain and "tracker              sequence " not in plain


def test_a_run_that_finds_everything_finished_leaves_what_was_said_of_the_machine(data, tmp_path):
    main(_arguments(data, tmp_path / "out"))
    record = tmp_path / "out" / "otb-clips" / "first-box" / "tracker.json"
    before = record.read_bytes()
    main(_arguments(data, tmp_path / "out", "--jobs", "2"))
    assert record.read_bytes() == before


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (["--data", "nosuch:here"], "data"),
        (["--data", "otb:nowhere"], "data"),
        (["--jobs", "0"], "jobs"),
        (["--protocol", "vtb"], "protocol"),
        (["--tracker", "first-box"], "tracker"),
        (["--tracker", "no such model"], "model"),
    ],
)
def test_bad_input_is_named_in_one_sentence(data, tmp_path, capsys, more, word):
    with pytest.raises(SystemExit) as ended:
        main(_arguments(data, tmp_path / "out", *more))
    error = capsys.readouterr().err
    assert ended.value.code == 2 and error.startswith(f"playground: {word}: ") and error.count("\n") == 1


def test_no_data_is_told(capsys):
    with pytest.raises(SystemExit):
        main(["evaluate"])
    assert "data: give at least one FORMAT:PLACE" in capsys.readouterr().err


def test_results_without_a_server_are_not_packed(data, tmp_path, capsys):
    main(_arguments(data, tmp_path / "out"))
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(["submit", str(tmp_path / "out" / "otb-clips" / "first-box"), str(tmp_path / "out.zip")])
    assert ended.value.code == 2 and capsys.readouterr().err.startswith(
        "playground: folder: otb-clips is otb, but only"
    )


SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
ROWS = {"first box": "first-box", "MOSSE": "mosse", "KCF": "kcf", "NanoTrack": f"nanotrack:{SHARED / 'peers'}"}


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.skipif(not (SHARED / "dev").is_dir(), reason="the real clips are not in ../shared/data/dev")
def test_the_table_that_came_with_the_real_clips_is_reproduced(tmp_path, capsys):
    table = re.findall(r"^\| ([^|]+) \| (0\.\d+) \| (0\.\d+) \|", (SHARED / "README.md").read_text(), re.MULTILINE)
    rows = {
        given: (auc, near) for words, auc, near in table for start, given in ROWS.items() if words.startswith(start)
    }
    assert set(rows) == set(ROWS.values())
    trackers = [word for given in rows for word in ("--tracker", given)]
    main(["evaluate", *trackers, "--data", f"otb:{SHARED / 'dev'}", "--out", str(tmp_path), "--protocol", "plain"])
    means = capsys.readouterr().out.partition("rules of plain")[2]
    for given, (auc, near) in rows.items():
        name = given.partition(":")[0]
        found = re.search(rf"^{name} +17 +(\S+) +\S+ to \S+ +(\S+)", means, re.MULTILINE)
        assert [float(value) for value in found.groups()] == pytest.approx([float(auc), float(near)], abs=0.01)
