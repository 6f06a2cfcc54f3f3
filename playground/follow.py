"""The loop that everything shares: frames in, each frame with what the tracker says of it out."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from playground.box import Box
from playground.events import TrackEvent
from playground.tracker import Tracker
from playground.video.read import Frame


def follow(tracker: Tracker, frames: Iterable[Frame], box: Box) -> Iterator[tuple[Frame, TrackEvent]]:
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
