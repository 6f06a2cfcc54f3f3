"""What of a clip can be learnt from: boxes that cannot be right become absent, objects that are never seen go."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from playground.data.clip import Clip, image_size, keep_objects
from playground.data.skipped import Fault, Note

LEAST = 2.0  # pixels a side of a box: nothing can be learnt from less
MOST = 16  # times the picture: what is larger, or further outside, is an error of units or worse


def clean(clip: Clip, note: Note) -> Clip:
    """The clip with NaN for every box that is infinite, under `LEAST` pixels or over `MOST` pictures a side, or wholly
    outside the picture; without the points of an outline of which one is infinite or as far outside.

    An object stays that has a box in two frames, or in the one of a still; a still without any boxes stays as it is.
    What goes is noted. Raises `Fault` when nothing is left, or when no picture can be read.
    """
    size = np.array(_size(clip), np.float64)
    if clip.boxes.shape[:2] == (1, 0):
        return clip
    boxes = clip.boxes.astype(np.float64)
    present = ~np.isnan(boxes).any(2)
    corner, sides = boxes[..., :2], boxes[..., 2:]
    sound = present & np.isfinite(boxes).all(2) & (sides >= LEAST).all(2)
    small = sound & (sides <= MOST * size).all(2)
    inside: np.ndarray = np.asarray(small & (corner < size).all(2) & (corner + sides > 0).all(2))
    for wrong, reason in (
        (present & ~sound, f"boxes that are infinite or under {LEAST:g} pixels a side"),
        (sound & ~small, f"boxes over {MOST} times as large as the picture"),
        (small & ~inside, "boxes outside the picture"),
    ):
        for frame, _ in np.argwhere(wrong).tolist():
            note(Fault(f"{clip.name}, frame {frame}", reason))
    enough = inside.sum(0) >= min(2, len(boxes))
    if not enough.any():
        raise Fault(clip.name, "clips without two usable boxes of one object, or pictures without one")
    near = [_is_near(outline, size) for outline in clip.polygons]
    for _ in range(near.count(False)):
        note(Fault(clip.name, "outlines with points that are infinite or far outside the picture"))
    polygons = tuple(outline if ok else outline[:0] for outline, ok in zip(clip.polygons, near, strict=True))
    return keep_objects(replace(clip, boxes=np.where(inside[..., None], boxes, np.nan), polygons=polygons), enough)


def _is_near(outline: Float[np.ndarray, "n 2"], size: Float[np.ndarray, "2"]) -> bool:
    """Whether it can be drawn: OpenCV takes half a minute for one that is very high, wherever it lies."""
    return bool((np.abs(outline) <= MOST * size).all())


def _size(clip: Clip) -> tuple[int, int]:
    """Width and height of the first picture that can be read."""
    for frame in clip.frames:
        try:
            return image_size(frame)
        except ValueError:
            continue
    raise Fault(clip.name, "pictures that cannot be read")
