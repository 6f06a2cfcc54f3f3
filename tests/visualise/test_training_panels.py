"""One panel for each number that was told of, in reading order."""

from playground.events import TrainEvent
from playground.visualise.training_panels import panels


def _event(losses, **more) -> TrainEvent:
    return TrainEvent(step=1, steps=9, losses=losses, lr=0.5, samples_s=7.0, data_wait=0.25, **more)


def test_every_number_has_a_panel_in_reading_order():
    losses = {"grad_norm": 4.0, "l1": 3.0, "teacher_iou": 0.8, "student_iou": 0.6, "novel": 2.0, "total": 1.0}
    event = _event(losses, checked={"auc": 0.5})
    told = [(panel.title.split()[0], [value(event) for value in panel.curves.values()]) for panel in panels([event])]
    assert told == [
        ("Total", [1.0]),
        ("IoU", [0.6, 0.8]),  # the student first: its line is solid
        ("Validation:", [0.5]),
        ("Box", [3.0]),
        ("novel", [2.0]),
        ("Gradient", [4.0]),
        ("Learning", [0.5]),
        ("Speed", [7.0]),
        ("Waiting", [25.0]),
    ]


def test_what_only_some_events_tell_is_none_elsewhere():
    events = [_event({"total": 1.0}), _event({"l1": 2.0, "student_iou": 0.5})]
    shown = {panel.title: panel for panel in panels(iter(events))}
    assert [shown["IoU with the true box"].curves["student"](event) for event in events] == [None, 0.5]
    (l1,) = shown["Box L1 (share of search side)"].curves.values()
    assert [l1(event) for event in events] == [None, 2.0]


def test_no_events_no_panels():
    assert list(panels([])) == []
