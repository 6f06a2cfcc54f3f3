"""Failures against a walk through the frames, and on tracks whose failures are known."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from playground.evaluate.failures import Failures, find_failures

TARGET, AWAY, TOUCH = [10.0, 10, 10, 10], [90.0, 90, 10, 10], [18.0, 10, 10, 10]  # TOUCH has an IoU of 1/9


def _failures(letters: str) -> Failures:
    """H held, L lost, T with an IoU of just over 0.1, A absent: each letter a frame."""
    truth = np.array([[np.nan] * 4 if letter == "A" else TARGET for letter in letters])
    return find_failures(np.array([{"H": TARGET, "T": TOUCH}.get(letter, AWAY) for letter in letters]), truth)


def _walk(letters: str) -> Failures:
    count = recovered = lost = 0
    first, begin = None, 0
    for i, letter in enumerate(letters):
        if letter == "A":
            continue
        if letter == "L":
            begin = i if lost == 0 else begin
            lost += 1
            if lost == 10:
                count += 1
                first = begin if first is None else first
        else:
            recovered += lost >= 10
            lost = 0
    return Failures(count=count, recovered=recovered, time_to_loss=first)


@given(st.lists(st.tuples(st.sampled_from("HLLAT"), st.integers(1, 14)), max_size=8))
def test_equal_a_walk_through_the_frames(stretches):
    letters = "H" + "".join(letter * count for letter, count in stretches)
    assert _failures(letters) == _walk(letters)


def test_ten_frames_in_a_row_are_a_failure_and_nine_are_not():
    assert _failures("H" + "L" * 9 + "H" * 20) == Failures(count=0, recovered=0, time_to_loss=None)
    assert _failures("HH" + "L" * 10 + "H") == Failures(count=1, recovered=1, time_to_loss=2)
    assert _failures("HH" + "L" * 10) == Failures(count=1, recovered=0, time_to_loss=2)


def test_absent_frames_neither_lengthen_nor_end_a_failure():
    assert _failures("H" + "L" * 5 + "A" * 9 + "L" * 4 + "H").count == 0
    assert _failures("H" + "L" * 5 + "A" * 9 + "L" * 5 + "H") == Failures(count=1, recovered=1, time_to_loss=1)


def test_time_runs_from_the_first_true_box():
    assert _failures("AAH" + "L" * 12).time_to_loss == 1
