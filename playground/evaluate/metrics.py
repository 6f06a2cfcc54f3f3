"""Success and precision of a track (spec 4.5).

Conventions here: success counts IoU strictly above each of 21 thresholds 0, 0.05 .. 1; precision counts centre errors
of at most 20 px. The first frame, which was given, and frames without a true box are left out, as in the table of the
dev clips that ships with the real data.
"""

import numpy as np
from jaxtyping import Float

from playground.box import iou

THRESHOLDS = np.linspace(0, 1, 21)


def success_auc(found: Float[np.ndarray, "n 4"], truth: Float[np.ndarray, "m 4"]) -> float:
    """Mean over the thresholds of the share of frames whose IoU lies strictly above; range 0..1.

    Boxes are x, y, w, h in frame pixels, one row a frame, the given first frame among them; NaN = absent.
    """
    found, truth = _judged(found, truth)
    overlap = iou(found, truth)
    return float((overlap[:, None] > THRESHOLDS).mean())


def precision(found: Float[np.ndarray, "n 4"], truth: Float[np.ndarray, "m 4"], pixels: float = 20.0) -> float:
    """Share of frames whose centres are at most ``pixels`` apart; range 0..1."""
    found, truth = _judged(found, truth)
    error = (found[:, :2] + found[:, 2:] / 2) - (truth[:, :2] + truth[:, 2:] / 2)
    return float((np.hypot(*error.T) <= pixels).mean())


def _judged(found: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if found.shape != truth.shape:
        raise ValueError(f"boxes: {len(found)} found and {len(truth)} true ones; one of each a frame is needed.")
    present = np.isfinite(truth).all(axis=1)
    present[0] = False
    if not present.any():
        raise ValueError("boxes: no frame after the first has a true box, so there is nothing to measure.")
    return found[present], truth[present]
