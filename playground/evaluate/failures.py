"""When a tracker loses its target, and whether it finds it again."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from playground.box import iou

LOST_IOU = 0.1
PATIENCE = 10  # frames


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """``count`` failures, of which ``recovered`` were followed by another sight of the target; ``time_to_loss`` frames
    from the given one to the first frame of the first failure, None when there was none."""

    count: int
    recovered: int
    time_to_loss: int | None


def find_failures(found: Float[np.ndarray, "n 4"], truth: Float[np.ndarray, "n 4"]) -> Failures:
    """Failures of one track, x, y, w, h in frame pixels a row; NaN = absent.

    A failure is a longest stretch of at least 10 frames with a true box, all with an IoU below 0.1. Frames without a
    true box neither lengthen nor end it. It is recovered when a frame of IoU 0.1 or more comes after it. IoU 0.1 and 10
    frames are where VOT's anchor-based protocol (since 2020) lets a tracker fail.
    """
    numbers = np.flatnonzero(np.isfinite(truth).all(axis=1))
    overlap = iou(found[numbers], truth[numbers])
    held = np.flatnonzero(~(overlap < LOST_IOU))
    # Between two held frames lies a stretch of lost ones; the sequence's ends hold like frames beyond it.
    borders = np.concatenate([[-1], held, [len(numbers)]])
    begins = borders[:-1][np.diff(borders) > PATIENCE] + 1
    at_the_end = bool(len(begins)) and not (held > begins[-1]).any()
    return Failures(
        count=len(begins),
        recovered=len(begins) - at_the_end,
        time_to_loss=int(numbers[begins[0]] - numbers[0]) if len(begins) else None,
    )
