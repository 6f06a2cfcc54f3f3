"""The values of a job."""

import numpy as np
import pytest

from playground.app.demo import limits
from playground.app.demo.steps import Followed, Progress
from playground.box import Box
from playground.events import TrackEvent


def test_the_time_left_is_what_is_left_at_this_speed():
    progress = Progress(done=30, total=120, fps=9.0, image=np.zeros((2, 2, 3), np.uint8))
    assert progress.eta_s == pytest.approx(10)


def test_a_target_keeps_entropies_but_no_edges():
    target = Followed()
    target.add(TrackEvent(index=0, time_s=0, box=Box(0, 0, 1, 1)))
    edges = ((0.5, 0.5),) * 2 + ((1.0, 0.0),) * 2
    target.add(TrackEvent(index=1, time_s=0, box=Box(0, 0, 1, 1), edges=edges, lost=True))
    assert target.bits == [None, 0.5] and all(event.edges == () for event in target.events)
    assert target.summary.lost == [[1, 1]]


def test_a_job_goes_on_until_it_is_stopped_or_takes_too_long(order, monkeypatch):
    asked = order()
    assert asked.why_end(5, 1.0) == ""
    monkeypatch.setattr(limits, "MAX_JOB_S", 90)
    assert asked.why_end(5, 90.0) == "Ended after 5 frames, at this page's limit of 1.5 minutes."
    asked.stop.touch()
    assert asked.why_end(5, 1.0) == "Stopped after 5 frames."
