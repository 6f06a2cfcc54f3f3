"""The timeline holds the numbers of the track, its updates where they happened, and a picture of each new template."""

import numpy as np
import pytest

from playground.box import Box
from playground.events import TrackEvent
from playground.visualise.inside.moments import Moment
from playground.visualise.inside.timeline import MOST_PICTURES, timeline_figure

PICTURE = np.full((16, 16, 3), 200, np.uint8)


def _moment(i, score=0.9, update="", lost=False):
    event = TrackEvent(index=20 + i, time_s=0.0, box=Box(0, 0, 9, 9), score=score, lost=lost)
    template = PICTURE if update in ("taken", "forced") else None
    return Moment(event=event, update=update, entropy=None if i == 0 else 2.0 + i / 10, template=template)


MOMENTS = [
    _moment(0, score=None),
    _moment(1),
    _moment(2, score=0.2, lost=True),
    _moment(3, score=0.1, lost=True),
    _moment(4, update="taken"),
    _moment(5, update="vetoed"),
    _moment(6, score=0.2, lost=True),
    _moment(7, update="forced"),
]


def test_curves_and_marks():
    overlap = np.array([1, 1, 0.5, np.nan, 0, 0, 0, 0])
    figure = timeline_figure(MOMENTS, overlap=overlap, against="<teacher>")
    drawn = {trace.name: trace for trace in figure.data}
    assert list(drawn["score"].y) == [None, 0.9, 0.2, 0.1, 0.9, 0.9, 0.2, 0.9]
    assert drawn["entropy (bits)"].y[0] is None and drawn["entropy (bits)"].y[3] == 2.3
    assert list(drawn["IoU with &lt;teacher&gt;"].y) == [1, 1, 0.5, None, 0, 0, 0, 0]
    for mark, frame in (("taken", 24), ("vetoed", 25), ("forced", 27)):
        assert drawn[f"online template {mark}"].x == (frame,)
    assert [image.x for image in figure.layout.images] == [24, 27]
    assert "taken: 1, forced: 1, vetoed: 1" in figure.layout.title.subtitle.text


def test_lost_frames_are_shaded_run_by_run():
    spans = [(shape.x0, shape.x1) for shape in timeline_figure(MOMENTS).layout.shapes if shape.type == "rect"]
    assert spans == [(21.5, 23.5), (25.5, 26.5)]


def test_without_a_score_there_is_no_empty_panel():
    figure = timeline_figure([_moment(i, score=None) for i in range(3)])
    assert all(trace.name != "score" for trace in figure.data)
    assert "gives no score" in figure.layout.title.subtitle.text


def test_many_templates_do_not_cover_each_other():
    figure = timeline_figure([_moment(i, update="taken") for i in range(60)])
    assert 1 < len(figure.layout.images) <= MOST_PICTURES
    places = [image.x for image in figure.layout.images]
    assert min(np.diff(places)) >= figure.layout.images[0].sizex


def test_wrong_input_is_told_so():
    with pytest.raises(ValueError, match="moments: a timeline needs a clip of at least 2 frames; got 1"):
        timeline_figure(MOMENTS[:1])
    with pytest.raises(ValueError, match="overlap: give one value a frame, 8 of them; got 2"):
        timeline_figure(MOMENTS, overlap=np.ones(2))
