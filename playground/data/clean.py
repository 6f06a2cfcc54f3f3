"""What of a clip can be learnt from: boxes that cannot be right become absent, objects that are never seen go."""

from dataclasses import replace

import numpy as np

from playground.data.clip import Clip, image_size, keep_objects
from playground.data.skipped import Fault, Note

LEAST = 2.0  # pixels a side of a box: nothing can be learnt from less


def clean(clip: Clip, note: Note) -> Clip:
    """The clip with NaN for every box that is infinite, under `LEAST` pixels a side, or wholly outside the picture.

    An object stays that has a box in two frames, or in the one of a still; a still without any boxes stays as it is.
    What goes is noted. Raises `Fault` when nothing is left, or when no picture can be read.
    """
    size = np.array(_size(clip))
    if clip.boxes.shape[:2] == (1, 0):
        return clip
    boxes = clip.boxes.astype(np.float64)
    present = ~np.isnan(boxes).any(2)
    corner, sides = boxes[..., :2], boxes[..., 2:]
    sound = present & np.isfinite(boxes).all(2) & (sides >= LEAST).all(2)
    inside: np.ndarray = np.asarray(sound & (corner < size).all(2) & (corner + sides > 0).all(2))
    for wrong, reason in (
        (present & ~sound, f"boxes that are infinite or under {LEAST:g} pixels a side"),
        (sound & ~inside, "boxes outside the picture"),
    ):
        for frame, _ in np.argwhere(wrong).tolist():
            note(Fault(f"{clip.name}, frame {frame}", reason))
    enough = inside.sum(0) >= min(2, len(boxes))
    if not enough.any():
        raise Fault(clip.name, "clips without two usable boxes of one object, or pictures without one")
    return keep_objects(replace(clip, boxes=np.where(inside[..., None], boxes, np.nan)), enough)


def _size(clip: Clip) -> tuple[int, int]:
    """Width and height of the first picture that can be read."""
    for frame in clip.frames:
        try:
            return image_size(frame)
        except ValueError:
            continue
    raise Fault(clip.name, "pictures that cannot be read")
