"""Curves over steps hold what was measured."""

import pytest

from playground.lesson.course import course_figure, later


def test_curves_and_levels():
    figure = course_figure("Title", "KL (nats)", {"a": {0: 2.0, 10: 0.5}, "b": {0: 1.0}}, {"blind": 1.5})
    assert [(trace.name, trace.x, trace.y) for trace in figure.data] == [
        ("a", (0, 10), (2.0, 0.5)),
        ("b", (0,), (1.0,)),
    ]
    (level,) = figure.layout.shapes
    assert level.y0 == level.y1 == 1.5
    assert [note.text for note in figure.layout.annotations] == ["blind: 1.50"]
    assert figure.layout.showlegend and figure.layout.yaxis.range == (0, pytest.approx(2.16))


def test_one_curve_needs_no_legend():
    assert not course_figure("Title", "IoU", {"a": {0: 0.5}}).layout.showlegend


def test_no_value_at_all():
    with pytest.raises(ValueError, match="^courses: "):
        course_figure("Title", "IoU", {"a": {}})


def test_a_course_that_began_later():
    assert later({0: 1.0, 5: 0.5}, 20) == {20: 1.0, 25: 0.5}
