"""The loop that everything shares: frames in, each frame with what the tracker says of it out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, Protocol, TypeVar, runtime_checkable

import numpy as np

from playground.box import Box
from playground.events import TrackEvent
from playground.video.read import Frame

State = TypeVar("State")


@runtime_checkable
class FrameTracker(Protocol[State]):
    """What the loop needs of a tracker: `playground.tracker.Tracker` has it, and so has every peer.

    ``image`` is RGB uint8 ``(height, width, 3)``, ``box`` in its pixels; ``state`` is whatever the call before gave.
    """

    def start(self, image: np.ndarray, box: Box, *, time_s: float = 0.0) -> tuple[State, TrackEvent]:
        """Remember what is in ``box``."""

    def step(self, state: State, image: np.ndarray, *, time_s: float = 0.0) -> tuple[State, TrackEvent]:
        """Find it in the next frame."""


@runtime_checkable
class ManyTracker(FrameTracker[State], Protocol[State]):
    """A tracker that also steps several targets at once, as `playground.tracker.Tracker` does."""

    def step_all(
        self, states: Sequence[State], image: np.ndarray, *, time_s: float = 0.0
    ) -> list[tuple[State, TrackEvent]]:
        """`step` for each of them in the same frame."""


class Step(NamedTuple):
    """One frame with a state and an event for each target."""

    frame: Frame
    states: list[Any]
    events: list[TrackEvent]


def follow(tracker: FrameTracker[Any], frames: Iterable[Frame], box: Box) -> Iterator[tuple[Frame, TrackEvent]]:
    """Each frame with its event: `follow_all` of one box."""
    for frame, _, (event,) in follow_all(tracker, frames, [box]):
        yield frame, event


def follow_all(tracker: FrameTracker[Any], frames: Iterable[Frame], boxes: Sequence[Box]) -> Iterator[Step]:
    """Every frame with what the tracker says of each target; ``boxes`` (frame pixels) were drawn on the first one.

    Event indices and times are those of the frames, so a track may begin in the middle of a video. Raises
    ``ValueError`` naming ``box`` when one cannot start a track.
    """
    states: list[Any] = []
    for frame in frames:
        if not states:
            found = [tracker.start(frame.image, box, time_s=frame.time_s) for box in boxes]
        elif len(states) > 1 and isinstance(tracker, ManyTracker):
            found = tracker.step_all(states, frame.image, time_s=frame.time_s)
        else:
            found = [tracker.step(state, frame.image, time_s=frame.time_s) for state in states]
        states = [state for state, _ in found]
        yield Step(frame, states, [replace(event, index=frame.index) for _, event in found])
