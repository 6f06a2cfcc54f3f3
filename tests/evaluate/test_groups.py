"""Sequences fall into groups by size, motion and attributes."""

import pytest
from tiny_evaluation import make_sequence

from playground.evaluate.groups import groups_of


@pytest.mark.parametrize(
    ("side", "step", "groups"),
    [(27, 0, ("small",)), (28, 0, ("medium",)), (79, 0, ("medium",)), (80, 0, ("large",)), (20, 4, ("small", "fast"))],
)
def test_by_size_and_motion(side, step, groups):
    assert groups_of(make_sequence("a", [[i * step, 0, side, side] for i in range(4)])) == groups


def test_absent_frames_are_passed_over_and_attributes_are_added():
    nan = float("nan")
    sequence = make_sequence("a", [[0, 0, 40, 40], [nan] * 4, [0, 0, 40, 40]], ("dark",))
    assert groups_of(sequence) == ("medium", "dark")
    assert groups_of(make_sequence("a", [[0, 0, 40, 40]])) == ("medium",)
