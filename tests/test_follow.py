"""The shared loop: each event carries its own frame's number, and what the tracker says is passed on unchanged."""

import numpy as np

from playground.box import Box
from playground.follow import follow
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
