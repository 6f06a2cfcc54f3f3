"""The loop that everything shares: frames in, each frame with what the tracker says of it out."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Protocol, TypeVar, runtime_checkable

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


def follow(tracker: FrameTracker[Any], frames: Iterable[Frame], box: Box) -> Iterator[tuple[Frame, TrackEvent]]:
    """Each frame with its event; the first one is where ``box`` (frame pixels) was drawn.

    Event indices and times are those of the frames, so a track may begin in the middle of a video. Raises
    ``ValueError`` naming ``box`` when it cannot start a track.
    """
    state = None
    for frame in frames:
        if state is None:
            state, event = tracker.start(frame.image, box, time_s=frame.time_s)
        else:
            state, event = tracker.step(state, frame.image, time_s=frame.time_s)
        yield frame, replace(event, index=frame.index)
