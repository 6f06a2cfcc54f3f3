"""Two trackers in one pass: each does what it does alone, and where they part is where their boxes say."""

import av
import pytest

from playground.app.demo import comparing, job
from playground.app.demo.comparing import Compared, compare, compare_trackers
from playground.app.demo.steps import Progress
from playground.app.demo.toggle import get_tracker
from playground.box import boxes_to_array, iou
from playground.follow import follow
from playground.peers import PEERS


def _alone(tracker, chosen):
    return [event.box for frame, event in follow(tracker, chosen.clip.read(chosen.start), chosen.boxes[0])]


def test_each_tracks_as_if_alone(order, toy_model):
    asked = order(start=2)
    *before, end = compare(asked, "first-box")
    assert isinstance(end, Compared) and all(isinstance(step, Progress) for step in before)
    assert end.names == ("toy", "The first box")
    model, first = end.events.values()
    assert [event.index for event in model] == list(range(2, 12)) == [event.index for event in first]
    assert [event.box for event in model] == _alone(get_tracker(toy_model, "cpu"), asked.chosen)
    assert {event.box for event in first} == {asked.chosen.boxes[0]}
    speeds = list(end.fps.values())
    assert speeds[0] > 0 and speeds[1] is None  # the first box computes nothing
    with av.open(str(end.video)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 10
    assert [path.name for path in asked.folder.iterdir()] == [end.video.name]


def test_where_they_part_is_where_their_boxes_say(order):
    *_, end = compare(order(), "first-box")
    one, other = (boxes_to_array([event.box for event in events]) for events in end.events.values())
    overlaps = iou(one, other)
    for least in (0.05, 0.5, 0.95):
        apart = [i for i, overlap in enumerate(overlaps) if overlap < least]
        assert end.apart(least) == (apart[0] if apart else None)
    assert end.agreed() == pytest.approx(float(overlaps.mean()))


def test_a_classical_tracker_takes_part(order):
    trackers = {"kcf": PEERS["kcf"](""), "first": PEERS["first-box"]("")}
    *_, end = compare_trackers(trackers, order(end=5))
    found = [event.box.cx for event in end.events["kcf"]]
    assert found[-1] - found[0] == pytest.approx(10, abs=4)  # the square moves 2 pixels a frame
    assert set(comparing.CLASSICAL) <= set(PEERS)


def test_stop_keeps_what_there_is_and_leaving_keeps_nothing(order, monkeypatch):
    monkeypatch.setattr(comparing, "PROGRESS_S", 0.0)
    asked = order()
    steps = compare(asked, "first-box")
    next(steps)
    asked.stop.touch()
    *_, end = steps
    assert len(end.events["toy"]) == 2 and end.note == "Stopped after 2 frames."
    for path in asked.folder.iterdir():
        path.unlink()
    steps = compare(asked, "first-box")
    next(steps)
    steps.close()
    assert list(asked.folder.iterdir()) == []


def test_what_is_wrong_is_told(order, toy_model):
    for other, words in ((toy_model, "model: choose another one"), ("nosuch", "model: 'nosuch' is unknown")):
        with pytest.raises(ValueError, match=f"^{words}"):
            list(compare(order(), other))
    with pytest.raises(ValueError, match="^end: a comparison needs at least 2 frames"):
        list(compare(order(start=11), "first-box"))
    assert job.PROGRESS_S > 0
