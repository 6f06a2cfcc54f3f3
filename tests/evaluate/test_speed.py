"""The clock of the benchmark: each stage gets its own time, a GPU is waited for, and the ratios are what they say."""

import time
from dataclasses import dataclass, field

import numpy as np
import pytest

from playground.box import Box
from playground.config import TrackerConfig, UpdateConfig
from playground.evaluate.speed import STAGES, WARM, measure_speed
from playground.tracker import Answer, Tracker
from playground.video.read import Frame

LONG, SHORT = 0.004, 0.002  # seconds; sleeping never takes less than it says
STEADY = Answer((0.4, 0.4, 0.6, 0.6), 0.9, np.full((4, 2), 0.5))


@dataclass
class Slow:
    """A backend that takes its time: on the spot, or when it is waited for, as a GPU does."""

    queues: bool = False
    template_size: int = 8
    search_size: int = 16
    calls: list[str] = field(default_factory=list)
    queue: float = 0.0

    def encode(self, templates):
        self.calls.append("encode")
        self._spend(SHORT)
        return templates

    def locate(self, search, memory):
        self.calls.append("locate")
        self._spend(LONG)
        self.wait()  # the answer is needed on the spot
        return STEADY

    def wait(self) -> None:
        time.sleep(self.queue)
        self.queue = 0.0

    def _spend(self, seconds: float) -> None:
        self.queue += seconds
        if not self.queues:
            self.wait()


def _frames(count: int):
    for i in range(count):
        time.sleep(SHORT)
        yield Frame(np.zeros((48, 64, 3), np.uint8), i, i / 30)


def _measure(backend: Slow, count: int = 24, interval: int = 200):
    tracker = Tracker(backend, TrackerConfig(update=UpdateConfig(interval=interval)))
    box = Box(20.0, 20.0, 10.0, 10.0)
    return measure_speed(tracker, _frames(1 + WARM + count), box, lambda image, event: time.sleep(SHORT), backend.wait)


@pytest.mark.parametrize("queues", [False, True])
def test_every_stage_takes_at_least_its_own_time(queues):
    speed = _measure(Slow(queues))
    assert tuple(speed.stages) == STAGES and speed.frames == 24
    least = {"decode": SHORT, "encode": SHORT, "locate": LONG, "draw": SHORT, "step": LONG, "full": LONG + SHORT}
    for stage, seconds in least.items():
        assert speed.stages[stage].median_ms >= seconds * 1e3
        assert speed.stages[stage].p95_ms >= speed.stages[stage].median_ms


def test_ratios_and_rates_are_those_of_the_medians():
    speed = _measure(Slow())
    median = {name: stage.median_ms for name, stage in speed.stages.items()}
    assert {name: stage.ratio for name, stage in speed.stages.items()} == pytest.approx(
        {name: value / median["full"] for name, value in median.items()}
    )
    assert speed.fps == pytest.approx(1000 / median["step"])
    assert speed.fps_whole == pytest.approx(1000 / (median["decode"] + median["step"] + median["draw"]))


def test_the_track_itself_uses_its_memory():
    backend = Slow()
    _measure(backend)
    steps = WARM + 24
    # One encode at the start; then in every frame a locate for the track, one encode alone, and one of each together.
    assert backend.calls.count("encode") == 1 + 2 * steps and backend.calls.count("locate") == 2 * steps


def test_a_frame_that_takes_a_template_is_no_ordinary_step():
    assert _measure(Slow(), interval=2).frames == 24
    with pytest.raises(ValueError, match="^frames: too few"):
        _measure(Slow(), interval=1)


def test_too_few_frames_are_refused():
    with pytest.raises(ValueError, match="^frames: too few to time every stage"):
        _measure(Slow(), count=0)
