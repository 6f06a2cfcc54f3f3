"""The score curve holds every score, shades each lost span once, and marks each update."""

from playground.box import Box
from playground.events import TrackEvent
from playground.visualise.curves import score_curve

BOX = Box(0.0, 0.0, 1.0, 1.0)


def test_the_figure_holds_scores_updates_spans_and_threshold():
    scores = [None, 0.9, 0.1, 0.2, 0.8]
    events = [TrackEvent(index=7 + i, time_s=0, box=BOX, score=s, updated=i == 1) for i, s in enumerate(scores)]
    figure = score_curve(events, [(9, 10)], lost_score=0.3)
    line, updates = figure.data
    assert list(line.x) == [8, 9, 10, 11] and list(line.y) == [0.9, 0.1, 0.2, 0.8]
    assert list(updates.x) == [8] and list(updates.y) == [0.9]
    assert [(s.x0, s.x1) for s in figure.layout.shapes if s.type == "rect"] == [(8.5, 10.5)]
    assert [(s.y0, s.y1) for s in figure.layout.shapes if s.type == "line"] == [(0.3, 0.3)]
    assert figure.layout.annotations == ()


def test_a_track_without_scores_says_so():
    events = [TrackEvent(index=i, time_s=0, box=BOX) for i in range(3)]
    figure = score_curve(events, [], lost_score=0.3)
    assert len(figure.data[0].x) == 0 and "no score" in figure.layout.annotations[0].text
