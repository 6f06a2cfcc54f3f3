"""Cores as the system says, and one of them kept free."""

import os
import subprocess
import sys

import pytest

from playground import cores as module
from playground.cores import cores, cores_beside_video


def test_cores_are_those_that_this_process_may_use():
    assert 1 <= cores() <= (os.cpu_count() or 1)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system binds no process to cores")
def test_a_process_that_is_bound_to_a_core_has_one():
    code = (
        "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); "
        "from playground.cores import cores; print(cores())"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "1\n"


@pytest.mark.parametrize(
    ("said", "most"), [("150000 100000\n", 2), ("50000 100000\n", 1), ("max 100000\n", 8), ("", 8), (None, 8)]
)
def test_a_container_has_no_more_than_its_quota(monkeypatch, tmp_path, said, most):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(8)), raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.setattr(module, "QUOTA", tmp_path / "cpu.max")
    if said is not None:
        (tmp_path / "cpu.max").write_text(said)
    assert cores() == most


@pytest.mark.parametrize(("there", "taken"), [(1, 1), (2, 1), (8, 7)])
def test_one_is_left_to_the_video_where_there_is_more_than_one(monkeypatch, there, taken):
    monkeypatch.setattr(module, "cores", lambda: there)
    assert cores_beside_video() == taken
