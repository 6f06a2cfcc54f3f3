"""One tracker over one annotated sequence: boxes, scores and the time of every frame."""

import time
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from playground.box import Box, boxes_to_array
from playground.data.sequence import Sequence
from playground.evaluate.protocol import PLAIN
from playground.evaluate.results import Track
from playground.evaluate.score import SequenceScore, score_track
from playground.follow import FrameTracker, follow
from playground.video.read import Frame


def track_sequence(tracker: FrameTracker[Any], sequence: Sequence, name: str = "") -> Track:
    """Track a sequence in one pass from its first true box to its end; ``name`` is the tracker's.

    The clock runs from the moment in which a frame is there to the moment in which its box is. Raises ``ValueError``
    when there is no box to start with or a frame cannot be read.
    """
    present = np.isfinite(sequence.boxes).all(axis=1)
    if not present.any():
        raise ValueError("boxes: no frame has a true box, so no track can start.")
    first = int(present.argmax())
    there: list[float] = []

    def noted(frames: Iterable[Frame]) -> Iterator[Frame]:
        for frame in frames:
            if frame.index >= first:
                there.append(time.perf_counter())
                yield frame

    events, seconds = [], []
    for _, event in follow(tracker, noted(sequence.read()), Box(*sequence.boxes[first])):
        seconds.append(time.perf_counter() - there[-1])
        events.append(event)
    if first + len(events) != len(sequence.boxes):
        raise ValueError(
            f"boxes: there are {len(sequence.boxes)}, but {first + len(events)} frames; mend the sequence."
        )
    scores = [np.nan if event.score is None else event.score for event in events]
    return Track(
        tracker=name,
        sequence=sequence,
        boxes=_after(first, boxes_to_array([event.box for event in events])),
        seconds=_after(first, np.array(seconds)),
        scores=_after(first, np.array(scores, np.float64)),
    )


def evaluate(tracker: FrameTracker[Any], sequences: Iterable[Sequence]) -> Iterator[SequenceScore]:
    """Track each sequence and score it by the plain rules, in memory.

    Raises ``ValueError`` naming the sequence that cannot be tracked or has nothing to measure.
    """
    for sequence in sequences:
        try:
            yield score_track(track_sequence(tracker, sequence), PLAIN)
        except ValueError as error:
            raise ValueError(f"sequence {sequence.name}: {error}") from error


def _after(first: int, values: np.ndarray) -> np.ndarray:
    """``values`` behind ``first`` rows of nan, for frames that were not tracked."""
    return np.concatenate([np.full((first, *values.shape[1:]), np.nan), values])
