"""Which groups a sequence belongs to: its size and motion, measured on the true boxes, and its attributes."""

import numpy as np

from playground.data.sequence import Sequence

SMALL, LARGE = 28.0, 80.0  # pixels: median sqrt(width * height) of the true boxes
FAST = 0.15  # object sizes a frame: mean step of the true centre


def groups_of(sequence: Sequence) -> tuple[str, ...]:
    """``small``, ``medium`` or ``large`` by the true size, ``fast`` by the true motion relative to it; attributes."""
    boxes = sequence.boxes[np.isfinite(sequence.boxes).all(1)]
    size = np.sqrt(boxes[:, 2] * boxes[:, 3])
    middle = float(np.median(size))
    steps = np.hypot(*np.diff(boxes[:, :2] + boxes[:, 2:] / 2, axis=0).T) / size[1:]
    by_size = "small" if middle < SMALL else "large" if middle >= LARGE else "medium"
    by_motion = ("fast",) if len(steps) and steps.mean() > FAST else ()
    return (by_size, *by_motion, *sequence.attributes)
