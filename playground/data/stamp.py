"""An object cut out along its mask or outline, small, to be pasted beside or before other objects."""

from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Float, UInt8

from playground.data.clip import Clip, Encoded, read_mask

STAMP = 64  # pixels; the object's box is stretched to this square
LEAST = 0.05  # of the box: a mask that covers less is no outline of the object


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What of frame ``frame`` of a clip is the object in ``box`` (x, y, w, h in pixels): where ``mask`` has ``value``,
    or what lies inside ``polygon``."""

    frame: int
    box: Float[np.ndarray, "4"]
    mask: Encoded | None = None
    value: int = 0
    polygon: Float[np.ndarray, "_ 2"] | None = None


def find_outline(clip: Clip, j: int) -> Outline | None:
    """The outline of object ``j`` in the middle one of the frames that have one."""
    seen = np.isfinite(clip.boxes[:, j]).all(1)
    if clip.masks and clip.mask_ids:
        known = [i for i in np.flatnonzero(seen).tolist() if clip.masks[i] is not None]
        if known:
            at = known[len(known) // 2]
            return Outline(frame=at, box=clip.boxes[at, j], mask=clip.masks[at], value=clip.mask_ids[j])
    if clip.polygons and len(clip.polygons[j]) > 2 and seen[0]:
        return Outline(frame=0, box=clip.boxes[0, j], polygon=clip.polygons[j])
    return None


def cut_out(image: UInt8[np.ndarray, "h w 3"], outline: Outline) -> UInt8[np.ndarray, "4 stamp stamp"] | None:
    """The object in its box as red, green, blue and opacity, 0..255.

    None where the outline covers next to nothing of the box. Raises ``ValueError`` when the mask cannot be read.
    """
    inside = _inside(outline, image.shape[:2])
    corner, end = outline.box[:2], outline.box[:2] + outline.box[2:]
    size = [image.shape[1], image.shape[0]]
    x1, y1 = np.clip(np.floor(corner), 0, size).astype(int)
    x2, y2 = np.clip(np.ceil(end), 0, size).astype(int)
    mask = inside[y1:y2, x1:x2]
    if inside.shape != image.shape[:2] or mask.size == 0 or np.count_nonzero(mask) < LEAST * mask.size:
        return None
    layers = np.dstack([image[y1:y2, x1:x2], mask])
    return np.ascontiguousarray(cv2.resize(layers, (STAMP, STAMP), interpolation=cv2.INTER_AREA).transpose(2, 0, 1))


def _inside(outline: Outline, shape: tuple[int, int]) -> UInt8[np.ndarray, "h w"]:
    """255 where the object is."""
    if outline.mask is not None:
        return np.where(read_mask(outline.mask) == outline.value, np.uint8(255), np.uint8(0))
    canvas = np.zeros(shape, np.uint8)
    if outline.polygon is not None:
        cv2.fillPoly(canvas, [np.round(outline.polygon).astype(np.int32)], 255)
    return canvas
