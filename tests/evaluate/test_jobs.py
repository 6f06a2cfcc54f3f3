"""Sequences in processes: each is finished or has its problem, and processes share the cores."""

import cv2
import numpy as np
import pytest
import torch
from tiny_evaluation import make_strange, write_otb

from playground.data.benchmarks import read_benchmark
from playground.evaluate import jobs as module
from playground.evaluate.jobs import Task, do_task, run_tasks, share_machine, threads_each
from playground.evaluate.place import Place
from playground.evaluate.results import is_finished, read_track


def _tasks(root, trackers):
    """A task for each tracker on a sequence of its own, whose second frame is damaged when the name ends in '!'."""
    for i, tracker in enumerate(trackers):
        folder = write_otb(root / "data", f"s{i}", [(11, 11, 20, 20)] * 3)
        if tracker.endswith("!"):
            (folder / "img" / "0002.png").write_bytes(b"no picture")
    sequences = read_benchmark(f"otb:{root / 'data'}")
    return [
        Task(
            tracker=tracker.rstrip("!"),
            weights="",
            device="cpu",
            sequence=sequence,
            size=None,
            folder=root / "out" / "x",
        )
        for tracker, sequence in zip(trackers, sequences, strict=True)
    ]


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_exception_ends_its_own_sequence_only(tmp_path, jobs):
    tasks = _tasks(tmp_path, ["stays", "stays!", "raises", "stays", "nosuch"])
    outcomes = {outcome.task.sequence.name: outcome for outcome in run_tasks(tasks, make_strange, jobs, Place())}
    assert sorted(outcomes) == ["s0", "s1", "s2", "s3", "s4"]
    assert [outcomes[name].problem for name in ("s0", "s3")] == ["", ""]
    assert "0002.png" in outcomes["s1"].problem
    assert outcomes["s2"].problem == "ZeroDivisionError: on purpose"
    assert outcomes["s4"].problem == "KeyError: 'nosuch'"
    for task in tasks:
        assert is_finished(task.folder, task.sequence) == (outcomes[task.sequence.name].problem == "")
    track = read_track(tasks[0].folder, tasks[0].sequence)
    assert np.array_equal(track.boxes, [[10, 10, 20, 20]] * 3) and np.isfinite(track.seconds).all()


def test_a_process_that_is_killed_is_told_and_does_not_hang(tmp_path):
    tasks = _tasks(tmp_path, ["stays", "dies"])
    outcomes = {outcome.task.sequence.name: outcome for outcome in run_tasks(tasks, make_strange, 2, Place())}
    assert "killed" in outcomes["s1"].problem


def test_cores_are_divided(monkeypatch):
    monkeypatch.setattr(module, "cores", lambda: 12)
    assert [threads_each(jobs, Place()) for jobs in (1, 2, 5, 24)] == [12, 6, 2, 1]
    assert threads_each(2, Place(world=6, local_world=3)) == 2


def test_a_process_computes_with_its_share():
    before = torch.get_num_threads(), cv2.getNumThreads()
    try:
        share_machine(1, 0)
        assert (torch.get_num_threads(), cv2.getNumThreads()) == (1, 1)
    finally:
        torch.set_num_threads(before[0])
        cv2.setNumThreads(before[1])


def test_a_tracker_is_made_once_for_all_its_sequences_and_anew_for_new_weights(tmp_path):
    made = []

    def make(tracker, device):
        made.append(tracker)
        return make_strange(tracker, device)

    one, two = _tasks(tmp_path, ["stays", "stays"])
    newer = Task(tracker="stays", weights="new", device="cpu", sequence=one.sequence, size=None, folder=one.folder)
    assert [do_task(task, make).problem for task in (one, two, newer)] == [""] * 3
    assert made == ["stays", "stays"]
