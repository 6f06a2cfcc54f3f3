"""Training as a person starts it: killed, asked to stop, and shared by two processes."""

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from safetensors.torch import load_file

from playground.app.cli import main
from playground.train.run import EVENTS, RUN

# A student of two blocks on three rendered clips.
SMALL = {
    "model.head": "edges", "model.depth": 2, "loss.inside": 1, "data.synthetic-clips": 3, "groups": 2,
    "sample.per-group": 2, "report-every": 1, "save-every": 4, "optim.warmup": 2, "device": "cpu",
}  # fmt: skip
STEPS = 80
KILLS = 5
ONE_THREAD = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
PATIENCE = 120  # seconds: for a start on a busy machine


def _train(out: Path, steps: int, *more: str) -> list[str]:
    fields = {"out": out, **SMALL, "optim.steps": steps}
    return [
        "train",
        "toy-teacher",
        *(word for name, value in fields.items() for word in (f"--{name}", str(value))),
        *more,
    ]


def _start(*arguments: str, launcher: Iterable[str] = ()) -> "subprocess.Popen[str]":
    command = [sys.executable, *launcher, "-m", "playground", *arguments]
    return subprocess.Popen(command, text=True, env=ONE_THREAD, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _finish(process: "subprocess.Popen[str]") -> str:
    said, complaint = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, complaint
    return said


def _losses(out: Path) -> dict[int, dict[str, float]]:
    """What is logged by step; a line that is half-written does not count, one that comes twice is an error."""
    path = out / EVENTS
    lines = path.read_text().splitlines(keepends=True) if path.is_file() else []
    events = [json.loads(line) for line in lines if line.endswith("\n")]
    assert len({event["step"] for event in events}) == len(events)
    return {event["step"]: event["losses"] for event in events}


def _when_at(step: int, out: Path, process: "subprocess.Popen[str]", number: int) -> None:
    """Send a signal when the log has reached a step."""
    until = time.monotonic() + PATIENCE
    while max(_losses(out), default=0) < step:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until, f"step {step} was not reached"
        time.sleep(0.001)
    process.send_signal(number)


def _assert_same_files(one: Path, other: Path) -> None:
    assert {path.name for path in one.iterdir()} == {path.name for path in other.iterdir()}
    for name in ("checkpoint.safetensors", "model.safetensors"):
        a, b = load_file(one / name), load_file(other / name)
        assert a.keys() == b.keys()
        assert [key for key, value in a.items() if not value.equal(b[key])] == []


def test_killed_five_times_and_stopped_once_it_ends_bit_for_bit_as_without(tmp_path):
    rng = random.Random(20)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    begin = ["--model.drop-path", "0.2", "--data.store", "encoded"]  # random numbers in the step, batches in a thread
    undisturbed = _start(*_train(whole, STEPS, *begin))
    for _ in range(KILLS):
        go_on = ["resume", str(broken), "--device", "cpu"]
        process = _start(*(go_on if (broken / RUN).exists() else _train(broken, STEPS, *begin)))
        _when_at(max(_losses(broken), default=0) + rng.randint(1, 8), broken, process, 0)
        time.sleep(rng.uniform(0, 0.02))  # anywhere in a step, or while a file is written
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
    process = _start("resume", str(broken), "--device", "cpu")
    _when_at(max(_losses(broken)) + 1, broken, process, signal.SIGTERM)
    (stopped,) = re.findall(
        rf"stopped at step (\d+) of {STEPS}; go on with: playground resume {broken}", _finish(process)
    )
    assert max(_losses(broken)) == int(stopped) < STEPS
    assert f"model written to {broken}" in _finish(_start("resume", str(broken), "--device", "cpu"))
    assert f"model written to {whole}" in _finish(undisturbed)
    _assert_same_files(whole, broken)
    assert _losses(broken) == _losses(whole) and sorted(_losses(whole)) == list(range(1, STEPS + 1))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_two_processes_with_half_the_batch_each_learn_as_one_with_all_of_it(tmp_path, capsys):
    launch = {"num_processes": 2, "num_machines": 1, "mixed_precision": "no", "dynamo_backend": "no",
              "main_process_port": _free_port()}  # fmt: skip
    settings = (f"--{name}={value}" for name, value in launch.items())
    # --multi_gpu is what makes accelerate start several processes on one machine; with --device cpu they need no GPU.
    launcher = ["-m", "accelerate.commands.launch", "--multi_gpu", *settings]
    one, two = tmp_path / "one", tmp_path / "two"
    both = _start(*_train(two, 20), launcher=launcher)
    main(_train(one, 20))
    said = _finish(both)
    expected, found = _losses(one), _losses(two)
    assert list(found) == list(expected) == list(range(1, 21))
    for step, losses in expected.items():
        assert found[step] == {name: pytest.approx(value, abs=1e-4) for name, value in losses.items()}, step
    assert found[20]["total"] != found[1]["total"]
    assert {path.name for path in two.iterdir()} == {path.name for path in one.iterdir()}
    alone = capsys.readouterr().out
    assert "2 processes share every step" in said and "share every step" not in alone
    for words in ("step 20", "model written to"):
        assert said.count(words) == alone.count(words) == 1
