"""The machine is described in words that say something."""

import numpy as np

from playground.evaluate.machine import cores, describe_machine, versions


def test_says_processor_cores_and_libraries():
    words = describe_machine()
    assert cores() >= 1 and words.endswith(f", {cores()} cores") and len(words) > len(f", {cores()} cores")
    assert versions()["numpy"] == np.__version__ and {"python", "opencv", "torch"} <= set(versions())
