"""Sequences in the NfS layout, those of 30 frames a second: ``NAME/30/NAME/00001.jpg ...`` and ``NAME/30/NAME.txt``."""

from pathlib import Path

import numpy as np
from jaxtyping import Float

from playground.data.layout import found_under, list_images
from playground.data.sequence import Sequence, read_text, with_area
from playground.data.skipped import Fault

RATIO = 8  # frames at 240 a second for one at 30
LOST = 5  # the column, counted from x1, that is 1 where the object is out of the picture


def find(root: Path) -> list[Path]:
    """The annotation files at 30 frames a second under ``root``, sorted. Raises ``ValueError`` when there is none."""
    return found_under(root, sorted(root.glob("*/30/*.txt")), "NAME/30/NAME.txt", "the sequences")


def read(anno: Path) -> Sequence:
    """The sequence of one annotation file. Raises `Fault` naming it when it is broken.

    A line is VATIC's: number of the object, x1, y1, x2, y2 in 0-based pixels, frame, lost, occluded, generated, name.
    Some of the official files have a line for every frame at 240 a second, of which every eighth is taken, and some are
    one frame longer or shorter than their pictures, in which case the shorter one says where the sequence ends.
    """
    name = anno.stem
    rows = _parse(read_text(anno, name), name)
    frames = list_images(anno.parent / name)
    if len(rows) > 2 * len(frames):
        rows = rows[::RATIO]
    if abs(len(rows) - len(frames)) == 1:
        count = min(len(rows), len(frames))
        rows, frames = rows[:count], frames[:count]
    boxes = with_area(np.concatenate([rows[:, :2], rows[:, 2:4] - rows[:, :2]], axis=1))
    boxes[rows[:, LOST] == 1] = np.nan
    return Sequence(name, frames, boxes)


def _parse(text: str, name: str) -> Float[np.ndarray, "n 7"]:
    """x1, y1, x2, y2, frame, lost and occluded of every line."""
    rows = [line.split()[1:8] for line in text.splitlines() if line.strip()]
    try:
        return np.array([[float(value) for value in row] for row in rows], np.float64).reshape(len(rows), 7)
    except ValueError as error:
        raise Fault(name, "lines that do not begin with eight numbers as VATIC writes them") from error
