"""The lesson's curves are means of what the events say."""

import pytest

from playground.events import TrainEvent
from playground.visualise import lesson
from playground.visualise.lesson import lesson_figure


def _event(step: int, **losses: float) -> TrainEvent:
    return TrainEvent(step=step, steps=4, losses={"total": 9.0, **losses}, lr=1e-3, samples_s=21.4)


def test_curves_are_means_and_losses_are_shares_of_their_largest(monkeypatch):
    monkeypatch.setattr(lesson, "LATELY", 2)
    events = [
        _event(1, student_iou=0.2, teacher_iou=0.6, l1=4.0, edges=1.0),
        _event(2, student_iou=0.4, teacher_iou=0.8, l1=2.0, edges=2.0),
        _event(3, student_iou=0.8, teacher_iou=0.8, l1=0.0, edges=2.0),
    ]
    curves = {trace.name: list(trace.y) for trace in lesson_figure(events).data}
    assert curves == {
        "student": [0.2, pytest.approx(0.3), pytest.approx(0.6)],
        "teacher": [0.6, pytest.approx(0.7), 0.8],
        "box, L1": [1.0, 0.75, 0.25],
        "edges, KL": [0.5, 0.75, 1.0],
    }
    assert "Step 3 of 4, 21 search regions" in lesson_figure(events).layout.title.subtitle.text


def test_a_loss_that_begins_near_0_stays_in_the_figure():
    figure = lesson_figure([_event(1, features=1e-6), _event(2, features=3e-4)], "Training: <fading>")
    (curve,) = (trace for trace in figure.data if trace.name == "features")
    assert max(curve.y) == 1 and figure.layout.title.text == "Training: &lt;fading&gt;"
    assert lesson_figure([_event(1, l1=0.0)]).layout.title.text == "The lesson"


def test_one_event_is_enough_and_none_is_told():
    assert lesson_figure([_event(1, student_iou=0.2, teacher_iou=0.6)]).data[0].mode == "markers"
    with pytest.raises(ValueError, match="^events: "):
        lesson_figure([])
