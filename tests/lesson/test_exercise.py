"""An answer gets a verdict, whatever it is."""

import pytest

from playground.lesson.exercise import check


def test_right_and_wrong():
    right, wrong = check("bytes", 2), check("bytes", 4)
    assert right.right and repr(right).startswith("Right. ") and "**Right.**" in right._repr_markdown_()
    assert not wrong.right and repr(wrong).startswith("Not yet. ") and "four bytes" in wrong.words


def test_no_answer_yet():
    assert not check("kl", None).right


def test_an_answer_that_fails_is_a_verdict():
    def failing(heat):
        raise KeyError("oh")

    assert check("marginals", failing).words == "It raised KeyError: 'oh'"


def test_an_exercise_that_is_not_there():
    with pytest.raises(ValueError, match=r"^exercise: must be one of .*; got 'x'\.$"):
        check("x", 1)
