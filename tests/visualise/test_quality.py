"""The figure of a track's quality holds the numbers it was given, whatever the model gives."""

import pytest

from playground.box import Box
from playground.events import TrackEvent
from playground.visualise.quality import Course, quality_figure

BOX = Box(0, 0, 4, 4)


def _course(scores, name="1", updated=(), lost=()) -> Course:
    events = [
        TrackEvent(index=7 + i, time_s=i / 10, box=BOX, score=score, updated=i in updated)
        for i, score in enumerate(scores)
    ]
    bits = [None, *(0.5 * i for i in range(1, len(events)))]
    return Course(name=name, colour="#123456", events=events, bits=bits, lost=lost)


def test_scores_entropy_updates_and_lost_spans_are_where_they_were():
    figure = quality_figure([_course([None, 0.9, 0.1, 0.8], updated=(3,), lost=[(9, 9)])], lost_score=0.3, fps=25)
    score, update, spread = figure.data
    assert list(score.x) == [7, 8, 9, 10] and list(score.y) == [None, 0.9, 0.1, 0.8]
    assert list(update.x) == [10] and list(update.y) == [0.8]
    assert list(spread.y) == [None, 0.5, 1.0, 1.5] and spread.yaxis != score.yaxis
    shade, level = figure.layout.shapes
    assert (shade.x0, shade.x1) == (8.5, 9.5) and level.y0 == level.y1 == 0.3
    assert figure.layout.meta == {"first": 7, "fps": 25} and not figure.layout.showlegend


def test_several_targets_have_one_entry_each_in_the_legend():
    courses = [_course([None, 0.9], name="1"), _course([None, 0.4], name="<b>2")]
    figure = quality_figure(courses, lost_score=0.3, fps=25)
    assert [trace.name for trace in figure.data if trace.showlegend] == ["1", "&lt;b&gt;2"]
    assert figure.layout.showlegend


def test_a_model_without_scores_has_the_entropy_alone():
    figure = quality_figure([_course([None, None, None])], lost_score=0.3, fps=25)
    assert len(figure.data) == 1 and "yaxis2" not in figure.layout.to_plotly_json()
    assert "no score" in figure.layout.title.subtitle.text


def test_nothing_to_draw_is_told():
    for courses in ([], [Course(name="", colour="", events=[], bits=[])]):
        with pytest.raises(ValueError, match="^courses: "):
            quality_figure(courses, lost_score=0.3, fps=25)
