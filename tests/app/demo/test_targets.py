"""The boxes of a visitor, from a browser that may send anything."""

import pytest

from playground.app.demo.limits import MAX_TARGETS
from playground.app.demo.targets import Targets, read_box, read_targets, with_numbers
from playground.box import Box
from playground.visualise.overlay import COLOURS

A, B = Box(1.0, 2.0, 3.0, 4.0), Box(5.0, 6.0, 7.0, 8.0)


def test_every_target_has_a_colour_of_its_own():
    assert len(set(COLOURS)) == MAX_TARGETS


def test_numbers_are_those_of_the_active_box():
    targets = Targets(boxes=(A, None, B), active=2)
    assert targets.numbers() == [5, 6, 7, 8] and targets.drawn() == (A, B)
    assert Targets(boxes=(A, None), active=1).numbers() == [None] * 4
    with pytest.raises(ValueError, match="^box: drag a box"):
        Targets(boxes=(None,)).drawn()


def test_typed_numbers_replace_the_active_box_alone():
    targets = Targets(boxes=(A, B), active=1)
    assert with_numbers(targets, (9, 9, 2, 2)).boxes == (A, Box(9.0, 9.0, 2.0, 2.0))
    assert with_numbers(targets, (None,) * 4).boxes == (A, None)
    with pytest.raises(ValueError, match="^box: drag a box"):
        with_numbers(targets, (9, None, 2, 2))


def test_what_the_picker_sends_is_read():
    read = read_targets({"boxes": [[1, 2, 3, 4], None], "active": 1})
    assert read == Targets(boxes=(A, None), active=1)


@pytest.mark.parametrize(
    "data",
    [None, [], {}, {"boxes": [], "active": 0}, {"boxes": [None] * (MAX_TARGETS + 1), "active": 0},
     {"boxes": [None], "active": 1}, {"boxes": [None], "active": "0"}, {"boxes": [None], "active": True},
     {"boxes": [[1, 2, 3]], "active": 0}, {"boxes": [["<b>", 1, 2, 3]], "active": 0}],
)  # fmt: skip
def test_anything_else_from_the_picker_is_refused(data):
    with pytest.raises(ValueError, match="^(box|targets): "):
        read_targets(data)


def test_four_finite_numbers_are_a_box():
    assert read_box([1, 2.5, 3, 4]) == read_box((1, 2.5, 3, 4)) == Box(1.0, 2.5, 3.0, 4.0)


@pytest.mark.parametrize(
    "values",
    [None, "1,2,3,4", {}, [], [1, 2, 3], [1, 2, 3, 4, 5], [1, 2, 3, None], [1, 2, 3, "4"], [1, 2, 3, True],
     [1, 2, 3, float("nan")], [1, 2, 3, float("inf")], [[1], 2, 3, 4]],
)  # fmt: skip
def test_anything_else_is_no_box(values):
    with pytest.raises(ValueError, match="^box: drag a box"):
        read_box(values)
