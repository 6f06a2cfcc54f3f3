"""Milliseconds are added up by name, and an error or an early end loses none."""

import pytest

from playground.app.demo import clock as module
from playground.app.demo.clock import Clock


@pytest.fixture
def clock(monkeypatch):
    """A clock whose time is one second further at every look."""
    now = iter(range(1000))
    monkeypatch.setattr(module.time, "perf_counter", lambda: float(next(now)))
    return Clock()


def test_stages_are_added_up_and_shared_among_frames(clock):
    for _ in range(2):
        with clock.stage("draw"):
            pass
    clock.add({"locate": 5.0, "draw": 500.0})
    assert clock.mean(5) == {"draw": 500.0, "locate": 1.0}
    assert clock.mean(0)["locate"] == 5.0


def test_the_making_of_items_is_timed_but_not_their_use(clock):
    items = clock.each("decode", "abc")
    assert next(items) == "a" and clock.ms["decode"] == 1000
    assert list(items) == ["b", "c"] and clock.ms["decode"] == 4000  # the end takes a look too


def test_a_failing_block_is_timed(clock):
    with pytest.raises(KeyError), clock.stage("write"):
        raise KeyError
    assert clock.ms["write"] == 1000
