"""One annotated sequence of frames, and the small text files that sequences are annotated with."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from playground.data.clip import read_image
from playground.data.skipped import Fault
from playground.plain_files import read_plain
from playground.video.decode import DEFAULT_FPS
from playground.video.read import Frame, read_frames

DIFFERENT = "numbers of frames and boxes that differ"


@dataclass(frozen=True, slots=True)
class Sequence:
    """One object through ``frames``, image files in order or one video file, with what the data set says of it.

    ``boxes`` ``(n, 4)`` are x, y, w, h in 0-based frame pixels, NaN where the object is absent or nobody says where it
    is. ``attributes`` are the challenges, as the data set calls them.

    Raises `Fault` when the numbers of images and boxes differ, or when there is none; a video is not opened for it.
    """

    name: str
    frames: tuple[Path, ...] | Path
    boxes: Float[np.ndarray, "n 4"]
    attributes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        count = len(self.boxes) if isinstance(self.frames, Path) else len(self.frames)
        if count != len(self.boxes) or not count:
            raise Fault(f"{self.name} ({count} frames, {len(self.boxes)} boxes)", DIFFERENT)

    def read(self) -> Iterator[Frame]:
        """The frames in order, one at a time. Images count as 30 a second; a video has its own times.

        Raises ``ValueError`` naming the file that is missing or damaged.
        """
        if isinstance(self.frames, Path):
            yield from read_frames(self.frames)
        else:
            for i, path in enumerate(self.frames):
                yield Frame(read_image(path), i, i / DEFAULT_FPS)


def parse_boxes(text: str, name: str) -> Float[np.ndarray, "n 4"]:
    """A box ``x y w h`` a line, between commas, blanks or tabs; NaN or without area = absent, and becomes all NaN.

    Raises `Fault` naming the sequence ``name`` for a line that is not four numbers.
    """
    rows = [line.replace(",", " ").split() for line in text.splitlines() if line.strip()]
    try:
        values = np.array([[float(value) for value in row] for row in rows], np.float64)
        return with_area(values.reshape(len(rows), 4))
    except ValueError as error:
        raise Fault(name, "boxes that are not four numbers x, y, w, h a line") from error


def with_area(boxes: Float[np.ndarray, "n 4"]) -> Float[np.ndarray, "n 4"]:
    """The boxes, NaN where a side is not above 0 or a number is not finite."""
    whole = np.isfinite(boxes).all(axis=1) & (boxes[:, 2:] > 0).all(axis=1)
    return np.where(whole[:, None], boxes, np.nan)


def parse_flags(text: str, name: str) -> Float[np.ndarray, "n"]:
    """Numbers between commas, blanks or line ends: one a frame. Raises `Fault` naming the sequence ``name``."""
    try:
        return np.array([float(value) for value in text.replace(",", " ").split()], np.float64)
    except ValueError as error:
        raise Fault(name, "marks that are not numbers") from error


def read_attributes(path: Path, attributes: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Those of ``attributes`` that have a mark other than 0 in the file; none where the data set has no such file.

    Raises `Fault` naming the sequence ``name`` when there is not one mark an attribute.
    """
    if not path.is_file():
        return ()
    marks = parse_flags(read_text(path, name), name)
    if len(marks) != len(attributes):
        raise Fault(f"{name} ({len(marks)} marks, {len(attributes)} attributes)", "marks of attributes that do not fit")
    return tuple(attribute for attribute, mark in zip(attributes, marks, strict=True) if mark)


def read_text(path: Path, name: str) -> str:
    """The text of an annotation file. Raises `Fault` naming the sequence ``name`` when it cannot be read."""
    try:
        return read_plain(path).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Fault(f"{name} ({path.name})", "text files that cannot be read") from error


def hide(boxes: Float[np.ndarray, "n 4"], seen: Bool[np.ndarray, "m"], name: str) -> Float[np.ndarray, "n 4"]:
    """The boxes, NaN where the object is not ``seen``.

    Raises `Fault` naming the sequence ``name`` when there is not one mark a box.
    """
    if len(seen) != len(boxes):
        raise Fault(f"{name} ({len(boxes)} boxes, {len(seen)} marks)", "numbers of boxes and marks that differ")
    return np.where(seen[:, None], boxes, np.nan)


def withhold(boxes: Float[np.ndarray, "n 4"], frames: tuple[Path, ...]) -> Float[np.ndarray, "m 4"]:
    """The one box that is known of a sequence whose truth is withheld, followed by NaN; other numbers as they are."""
    return np.concatenate([boxes, np.full((len(frames) - 1, 4), np.nan)]) if len(boxes) == 1 and frames else boxes
