"""One annotated sequence of frames."""

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
