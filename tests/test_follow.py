"""The shared loop: each event carries its own frame's number, and what the tracker says is passed on unchanged."""

import numpy as np
import pytest

from playground.box import Box
from playground.follow import ManyTracker, follow, follow_all
from playground.peers import PEERS
from playground.tracker import Answer, FakeBackend, Tracker
from playground.video.read import Frame


def test_pairs_frames_with_the_trackers_own_events():
    frames = [Frame(np.full((30, 40, 3), i, np.uint8), i, i / 5) for i in range(2, 6)]
    tracker = Tracker(FakeBackend(lambda s, m: Answer((0.3, 0.4, 0.6, 0.7), 0.7, np.ones((4, 2)))))
    pairs = list(follow(tracker, frames, Box(10.0, 8.0, 12.0, 9.0)))
    state, event = tracker.start(frames[0].image, Box(10.0, 8.0, 12.0, 9.0))
    expected = [event.box]
    for frame in frames[1:]:
        state, event = tracker.step(state, frame.image)
        expected.append(event.box)
    assert [event.box for _, event in pairs] == expected
    assert [(frame.index, event.index, event.time_s) for frame, event in pairs] == [(i, i, i / 5) for i in range(2, 6)]


def _clip(count: int) -> list[Frame]:
    rng = np.random.default_rng(0)
    return [Frame(rng.integers(0, 255, (60, 80, 3), dtype=np.uint8), i, i / 5) for i in range(count)]


def _looking() -> Tracker:
    """Its box depends on what it sees, so that two targets differ."""

    def answer(search, memory):
        shift = float(np.tanh((search[0, 0] * memory[0, 0].mean()).mean())) / 10
        return Answer((0.4 + shift, 0.4, 0.6, 0.6 - shift), 0.7, np.ones((4, 2)))

    return Tracker(FakeBackend(answer))


BOXES = [Box(10.0, 8.0, 12.0, 9.0), Box(40.0, 30.0, 20.0, 10.0), Box(60.0, 5.0, 9.0, 15.0)]


@pytest.mark.parametrize("make", [_looking, lambda: PEERS["kcf"]("")], ids=["at once", "one by one"])
def test_several_targets_are_each_followed_as_if_alone(make):
    frames = _clip(6)
    steps = list(follow_all(make(), frames, BOXES))
    assert isinstance(_looking(), ManyTracker) and not isinstance(PEERS["kcf"](""), ManyTracker)
    assert [step.frame for step in steps] == frames and all(len(step.states) == 3 for step in steps)
    for place, box in enumerate(BOXES):
        alone = [event for _, event in follow(make(), frames, box)]
        together = [step.events[place] for step in steps]
        assert [(e.index, e.time_s, e.box, e.score) for e in together] == [
            (e.index, e.time_s, e.box, e.score) for e in alone
        ]
    assert len({event.box for event in steps[-1].events}) == 3


def test_a_later_box_that_cannot_start_is_named_and_no_frame_is_no_step():
    with pytest.raises(ValueError, match="^box: 500,0,5,5 lies outside"):
        next(follow_all(_looking(), _clip(1), [BOXES[0], Box(500.0, 0.0, 5.0, 5.0)]))
    assert list(follow_all(_looking(), [], BOXES)) == []
