"""The machine is described in words that say something."""

import numpy as np

from playground.cores import cores
from playground.evaluate import machine
from playground.evaluate.machine import describe_machine, versions


def test_says_processor_cores_and_libraries():
    words, counted = describe_machine(), f", {cores()} core{'s' * (cores() > 1)}"
    assert cores() >= 1 and words.endswith(counted) and len(words) > len(counted)
    assert versions()["numpy"] == np.__version__ and {"python", "opencv", "torch"} <= set(versions())


def test_one_core_is_one_core(monkeypatch):
    monkeypatch.setattr(machine, "cores", lambda: 1)
    assert machine.describe_machine().endswith(", 1 core")
    monkeypatch.setattr(machine, "cores", lambda: 2)
    assert machine.describe_machine().endswith(", 2 cores")
