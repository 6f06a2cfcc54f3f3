"""The floor: it says the first box for ever, under the numbers and times of the frames."""

import numpy as np
import pytest

from playground.box import Box
from playground.follow import follow
from playground.peers import PEERS
from playground.video.read import Frame

BOX = Box(4.5, 3.25, 10.0, 8.0)


def test_says_the_first_box_in_every_frame():
    frames = [Frame(np.full((30, 40, 3), i, np.uint8), i, i / 10) for i in range(3, 8)]
    events = [event for _, event in follow(PEERS["first-box"](""), frames, BOX)]
    assert [(event.index, event.time_s, event.box) for event in events] == [(i, i / 10, BOX) for i in range(3, 8)]
    assert all(event.score is None and not event.lost and sum(event.timing_ms.values()) == 0 for event in events)


def test_mistakes_are_told_in_words():
    with pytest.raises(ValueError, match="^box: .*outside"):
        PEERS["first-box"]("").start(np.zeros((30, 40, 3), np.uint8), Box(50, 0, 5, 5))
    with pytest.raises(ValueError, match="^tracker: first-box loads nothing.*'folder'"):
        PEERS["first-box"]("folder")
