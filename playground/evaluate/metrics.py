"""Success and precision of one track, by the rules of a benchmark (spec 4.5).

Success counts IoU strictly above a threshold, precision counts errors of at most one. All functions take boxes as
x, y, w, h in frame pixels, one row a frame; a true box of NaN or without area is absent. Rows before the first true
box are left out, because nothing was tracked there; a found box that is not finite is a miss.
"""

from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from playground.box import iou
from playground.evaluate.protocol import PLAIN, Protocol, Verdict

THRESHOLDS = np.linspace(0, 1, 21)  # of IoU
PIXELS = np.arange(51.0)  # of centre error
SHARES = np.arange(51) / 100  # of centre error over the true width and height
NEAR = 20  # 20 pixels in PIXELS and a fifth of the size in SHARES are where precision is read

Boxes = Float[np.ndarray, "n 4"]
Truth = Float[np.ndarray, "m 4"]  # as many as there are found ones, or a ValueError says so
Size = tuple[int, int] | None  # width and height of the frames in pixels, where the rules need it


def success_curve(overlap: Float[np.ndarray, "judged"]) -> Float[np.ndarray, "21"]:
    """Share of frames whose IoU lies strictly above each of `THRESHOLDS`; range 0..1. Its mean is the success AUC."""
    return (overlap[:, None] > THRESHOLDS).mean(axis=0)


def precision_curve(
    error: Float[np.ndarray, "judged"], limits: Float[np.ndarray, "limits"]
) -> Float[np.ndarray, "limits"]:
    """Share of frames whose centre error is at most each of the ``limits``, `PIXELS` or `SHARES`; range 0..1."""
    return (error[:, None] <= limits).mean(axis=0)


def overlaps(found: Boxes, truth: Truth, rules: Protocol = PLAIN, size: Size = None) -> Float[np.ndarray, "judged"]:
    """IoU of every frame that counts, 1 for a hit and -1 for a miss that the rules decree.

    Raises ``ValueError`` naming ``boxes`` when the numbers of rows differ, no true box follows the first, or the rules
    cut at the frame's border and ``size`` is unknown.
    """
    present = _present(found, truth)
    if rules.clip:
        found, truth = _inside(found, size), _inside(truth, size)
    return _judge(iou(found, truth), present, rules.first, rules.absent_overlap, hit=1.0, miss=-1.0)


def centre_errors(found: Boxes, truth: Truth, rules: Protocol = PLAIN) -> Float[np.ndarray, "judged"]:
    """Distance of the centres in pixels in every frame that counts, 0 for a decreed hit, infinite for a miss.

    Raises ``ValueError`` as `overlaps` does.
    """
    present = _present(found, truth)
    error = np.hypot(*_off_centre(found, truth).T)
    return _judge(error, present, rules.first, rules.absent_centre, hit=0.0, miss=np.inf)


def normalised_errors(found: Boxes, truth: Truth, rules: Protocol = PLAIN) -> Float[np.ndarray, "judged"]:
    """As `centre_errors`, across in true widths and down in true heights."""
    present = _present(found, truth)
    error = np.hypot(*(_off_centre(found, truth) / truth[:, 2:]).T)
    return _judge(error, present, rules.first, rules.absent_normalised, hit=0.0, miss=np.inf)


def _present(found: np.ndarray, truth: np.ndarray) -> Bool[np.ndarray, "n"]:
    if found.shape != truth.shape:
        raise ValueError(f"boxes: {len(found)} found and {len(truth)} true ones; one of each a frame is needed.")
    present = np.isfinite(truth).all(axis=1) & (truth[:, 2:] > 0).all(axis=1)
    if present.sum() < 2:
        raise ValueError("boxes: no frame after the first has a true box, so there is nothing to measure.")
    return present


def _judge(
    values: Float[np.ndarray, "n"], present: Bool[np.ndarray, "n"], first: Verdict, absent: Verdict, **decreed: Any
) -> Float[np.ndarray, "judged"]:
    start = int(present.argmax())
    values = np.where(np.isfinite(values), values, decreed["miss"])
    counts = np.arange(len(values)) >= start
    for where, verdict in ((~present, absent), (np.arange(len(values)) == start, first)):
        if verdict == "left out":
            counts &= ~where
        else:
            values[where] = decreed[verdict]
    return values[counts]


def _off_centre(found: np.ndarray, truth: np.ndarray) -> Float[np.ndarray, "n 2"]:
    return (found[:, :2] + found[:, 2:] / 2) - (truth[:, :2] + truth[:, 2:] / 2)


def _inside(boxes: np.ndarray, size: Size) -> Boxes:
    if size is None:
        raise ValueError("boxes: these rules cut boxes at the frame's border, so the frame's size is needed.")
    # As the toolkit does it: a corner left of or above the frame is moved to the border, and the size is kept.
    corner = np.clip(boxes[:, :2], 0, size)
    return np.concatenate([corner, np.clip(boxes[:, 2:], 0, size - corner)], axis=1)
