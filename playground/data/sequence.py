"""One annotated sequence of frames, and the text format of its boxes."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, slots=True)
class Sequence:
    """``frames`` are image files in order; ``boxes`` ``(n, 4)`` x, y, w, h in 0-based frame pixels, NaN = absent."""

    name: str
    frames: tuple[Path, ...]
    boxes: Float[np.ndarray, "n 4"]


def parse_boxes(text: str, name: str) -> Float[np.ndarray, "n 4"]:
    """A box ``x y w h`` a line, between commas, blanks or tabs; NaN = absent.

    Raises ``ValueError`` naming ``data`` and the sequence ``name`` for a line that is not four numbers.
    """
    rows = [line.replace(",", " ").split() for line in text.splitlines() if line.strip()]
    try:
        values = np.array([[float(value) for value in row] for row in rows], np.float64)
        return values.reshape(len(rows), 4)
    except ValueError as error:
        raise ValueError(f"data: the boxes of {name} must be four numbers x, y, w, h a line.") from error
