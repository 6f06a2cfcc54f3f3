"""A tracker over annotated sequences, one pass from the first frame each, and the scores by group."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from playground.box import Box, boxes_to_array
from playground.data.sequence import Sequence
from playground.evaluate.metrics import precision, success_auc
from playground.follow import follow
from playground.tracker import Tracker
from playground.video.read import Frame, read_image

SMALL, LARGE = 28.0, 80.0  # pixels: median sqrt(width * height) of the true boxes
FAST = 0.15  # object sizes a frame: mean step of the true centre


@dataclass(frozen=True, kw_only=True, slots=True)
class SequenceScore:
    """``auc`` and ``precision`` in 0..1; the ``groups`` of the sequence; ``frame_ms``, the mean milliseconds
    of a step without reading the frame."""

    name: str
    frames: int
    auc: float
    precision: float
    groups: tuple[str, ...]
    frame_ms: float


def evaluate(tracker: Tracker, sequences: Iterable[Sequence]) -> Iterator[SequenceScore]:
    """Track each sequence from its first true box to its end and score it.

    Raises ``ValueError`` naming the sequence that cannot be tracked or has nothing to measure.
    """
    for sequence in sequences:
        try:
            yield _score(tracker, sequence)
        except ValueError as error:
            raise ValueError(f"sequence {sequence.name}: {error}") from error


def _score(tracker: Tracker, sequence: Sequence) -> SequenceScore:
    present = np.isfinite(sequence.boxes).all(axis=1)
    first = int(present.argmax())
    truth = sequence.boxes[first:]
    frames = (Frame(read_image(path), first + i, 0.0) for i, path in enumerate(sequence.frames[first:]))
    events = [event for _, event in follow(tracker, frames, Box(*truth[0]))]
    found = boxes_to_array([event.box for event in events])
    return SequenceScore(
        name=sequence.name,
        frames=len(events),
        auc=success_auc(found, truth),
        precision=precision(found, truth),
        groups=groups_of(sequence),
        frame_ms=float(np.mean([sum(event.timing_ms.values()) for event in events[1:]])),
    )


def groups_of(sequence: Sequence) -> tuple[str, ...]:
    """``small``, ``medium`` or ``large`` by the true size, and ``fast`` by the true motion relative to it."""
    boxes = sequence.boxes[np.isfinite(sequence.boxes).all(1)]
    size = np.sqrt(boxes[:, 2] * boxes[:, 3])
    middle = float(np.median(size))
    steps = np.hypot(*np.diff(boxes[:, :2] + boxes[:, 2:] / 2, axis=0).T) / size[1:]
    by_size = "small" if middle < SMALL else "large" if middle >= LARGE else "medium"
    return (by_size, "fast") if len(steps) and steps.mean() > FAST else (by_size,)


def mean_by_group(scores: list[SequenceScore]) -> dict[str, tuple[int, float, float]]:
    """``(sequences, mean AUC, mean precision)`` of all and of each group, sequences weighing the same."""
    names = ["all", *sorted({group for score in scores for group in score.groups})]
    table = {}
    for name in names:
        chosen = [score for score in scores if name == "all" or name in score.groups]
        means = np.mean([(score.auc, score.precision) for score in chosen], axis=0)
        table[name] = (len(chosen), float(means[0]), float(means[1]))
    return table
