"""One annotated sequence of frames, and the small text files that sequences are annotated with."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from playground.data.skipped import Fault

IMAGE_SUFFIXES = (".bmp", ".jpeg", ".jpg", ".png", ".webp")
DIFFERENT = "numbers of frames and boxes that differ"


@dataclass(frozen=True, slots=True)
class Sequence:
    """``frames`` are image files in order; ``boxes`` ``(n, 4)`` x, y, w, h in 0-based frame pixels, NaN = absent.

    Raises `Fault` when their numbers differ, or when there is none.
    """

    name: str
    frames: tuple[Path, ...]
    boxes: Float[np.ndarray, "n 4"]

    def __post_init__(self) -> None:
        if len(self.frames) != len(self.boxes) or not self.frames:
            where = f"{self.name} ({len(self.frames)} frames, {len(self.boxes)} boxes)"
            raise Fault(where, DIFFERENT)


def parse_boxes(text: str, name: str) -> Float[np.ndarray, "n 4"]:
    """A box ``x y w h`` a line, between commas, blanks or tabs; NaN = absent.

    Raises `Fault` naming the sequence ``name`` for a line that is not four numbers.
    """
    rows = [line.replace(",", " ").split() for line in text.splitlines() if line.strip()]
    try:
        values = np.array([[float(value) for value in row] for row in rows], np.float64)
        return values.reshape(len(rows), 4)
    except ValueError as error:
        raise Fault(name, "boxes that are not four numbers x, y, w, h a line") from error


def parse_flags(text: str, name: str) -> Float[np.ndarray, "n"]:
    """Numbers between commas, blanks or line ends: one a frame. Raises `Fault` naming the sequence ``name``."""
    try:
        return np.array([float(value) for value in text.replace(",", " ").split()], np.float64)
    except ValueError as error:
        raise Fault(name, "marks of absence that are not numbers") from error


def read_text(path: Path, name: str) -> str:
    """The text of an annotation file. Raises `Fault` naming the sequence ``name`` when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Fault(f"{name} ({path.name})", "text files that cannot be read") from error


def hide(boxes: Float[np.ndarray, "n 4"], seen: Bool[np.ndarray, "m"], name: str) -> Float[np.ndarray, "n 4"]:
    """The boxes, NaN where the object is not ``seen`` or a side is not above 0.

    Raises `Fault` naming the sequence ``name`` when there is not one mark a box.
    """
    if len(seen) != len(boxes):
        raise Fault(f"{name} ({len(boxes)} boxes, {len(seen)} marks)", "numbers of boxes and marks that differ")
    return np.where((seen & (boxes[:, 2:] > 0).all(1))[:, None], boxes, np.nan)


def list_images(folder: Path) -> tuple[Path, ...]:
    """The image files in ``folder`` by number: ``2.jpg`` before ``10.jpg``. Empty where there is no such folder."""
    if not folder.is_dir():
        return ()
    found = [path for path in folder.iterdir() if path.suffix.lower() in IMAGE_SUFFIXES]
    return tuple(sorted((p for p in found if not p.name.startswith(".")), key=lambda p: (len(p.stem), p.name)))
