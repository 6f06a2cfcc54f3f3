"""The boxes of regions: of a mask, of a polygon, and of a region as VOT writes it in a line."""

import numpy as np
from jaxtyping import Bool, Float

MOST_PIXELS = 8192 * 8192  # of a mask: a few words may ask for any memory
NOWHERE = np.full(4, np.nan)


def mask_box(mask: Bool[np.ndarray, "h w"]) -> Float[np.ndarray, "4"]:
    """x, y, w, h of the smallest box around what is set, in whole pixels; NaN when nothing is."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return NOWHERE
    x, y = columns[0], rows[0]
    return np.array([x, y, columns[-1] + 1 - x, rows[-1] + 1 - y], np.float64)


def polygon_box(corners: Float[np.ndarray, "4 2"]) -> Float[np.ndarray, "4"]:
    """x, y, w, h of the upright box with the centre, the proportions and nearly the area of four corners x, y in order.

    It is the rule that box trackers on VOT share: around the mean of the corners, the smallest upright box is shrunk
    until its area is the product of two sides that meet, since it holds mostly background where the object lies askew.
    Corners are the centres of pixels, which makes both sides 1 larger. NaN for corners without area.
    """
    low, high = corners.min(0), corners.max(0)
    around = float(np.prod(high - low))
    if not around > 0:
        return NOWHERE
    sides = np.linalg.norm(np.diff(corners[:3], axis=0), axis=1)
    size = (high - low) * np.sqrt(sides.prod() / around)
    return np.concatenate([corners.mean(0) - size / 2, size + 1])


def parse_region(line: str) -> Float[np.ndarray, "4"]:
    """The box of a line of VOT's ``groundtruth.txt``: a box, four corners, ``m`` with a mask, or a code for no region.

    A mask is ``mX,Y,W,H`` and the lengths of runs of 0 and 1 in turn, row by row. NaN where a number is not finite.
    Raises ``ValueError`` for anything else, and for a mask of more than `MOST_PIXELS`.
    """
    values = np.array([float(value) for value in line.removeprefix("m").split(",")], np.float64)
    if not np.isfinite(values).all():
        return NOWHERE
    if line.startswith("m"):
        if np.abs(values).max() > MOST_PIXELS:
            raise ValueError("mask: a number is larger than any picture.")
        return _run_length_box(values.astype(int))
    if len(values) == 1:
        return NOWHERE
    if len(values) == 4:
        return values
    return polygon_box(values.reshape(4, 2))


def _run_length_box(values: np.ndarray) -> Float[np.ndarray, "4"]:
    (x, y, width, height), runs = values[:4], values[4:]
    small = min(width, height) >= 0 and max(width, height) <= MOST_PIXELS and width * height <= MOST_PIXELS
    if not small or (len(runs) and (runs.min() < 0 or runs.max() > MOST_PIXELS or runs.sum() > width * height)):
        raise ValueError("mask: its runs must fit into its width and height.")
    pixels = np.zeros(width * height, bool)
    written = np.repeat(np.arange(len(runs)) % 2 == 1, runs)  # what follows the last run is 0
    pixels[: len(written)] = written
    return mask_box(pixels.reshape(height, width)) + np.array([x, y, 0, 0])
