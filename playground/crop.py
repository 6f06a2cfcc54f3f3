"""The square crop around a box, and the map between frame and crop coordinates (spec 4.1, 4.3).

The corner is rounded half to even, as Python's ``round`` does, and the last column and row of the frame count as
outside once the crop reaches them: both as in the official code, pinned by golden values.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from jaxtyping import Float32, UInt8

from playground.box import Box


@dataclass(frozen=True, slots=True)
class CropMap:
    """Where a crop lies: top-left corner ``x0, y0`` and ``side`` in frame pixels, ``size`` in crop pixels."""

    x0: float
    y0: float
    side: int
    size: int

    @property
    def region(self) -> Box:
        """The square that was cut, as a box in frame pixels."""
        return Box(self.x0, self.y0, self.side, self.side)

    def to_frame(self, box_rel: tuple[float, float, float, float]) -> Box:
        """``x1, y1, x2, y2`` in fractions of the crop -> box in frame pixels (not clipped)."""
        x1, y1, x2, y2 = box_rel
        return Box(self.x0 + x1 * self.side, self.y0 + y1 * self.side, (x2 - x1) * self.side, (y2 - y1) * self.side)

    def to_crop(self, box: Box) -> tuple[float, float, float, float]:
        """Box in frame pixels -> ``x1, y1, x2, y2`` in fractions of the crop. Inverse of `to_frame`."""
        return (
            (box.x - self.x0) / self.side,
            (box.y - self.y0) / self.side,
            (box.x2 - self.x0) / self.side,
            (box.y2 - self.y0) / self.side,
        )


def crop_map(box: Box, factor: float, size: int) -> CropMap:
    """The square around ``box`` whose side is ``ceil(sqrt(w*h) * factor)`` pixels, to be shown at ``size`` pixels.

    Raises ``ValueError`` when the side would be below one pixel.
    """
    side = math.ceil(math.sqrt(box.w * box.h) * factor)
    if side < 1:
        raise ValueError(f"box: too small to crop; width and height must be above 0, got {box.w:g} x {box.h:g}.")
    return CropMap(round(box.x + 0.5 * box.w - side * 0.5), round(box.y + 0.5 * box.h - side * 0.5), side, size)


def crop(
    frame: UInt8[np.ndarray, "height width 3"], box: Box, factor: float, size: int
) -> tuple[UInt8[np.ndarray, "size size 3"], CropMap]:
    """Cut the square of `crop_map` from an RGB frame and resize it; what lies outside the frame is black.

    A crop wholly outside the frame is black, not an error (spec 4.1).
    """
    place = crop_map(box, factor, size)
    height, width = frame.shape[:2]
    x0, y0 = int(place.x0), int(place.y0)
    x1, y1 = x0 + place.side, y0 + place.side
    # The padding is computed as x1 - W + 1 in the official code: a crop that reaches the last column leaves it out.
    right = x1 - max(0, x1 - width + 1)
    bottom = y1 - max(0, y1 - height + 1)
    left, top = max(x0, 0), max(y0, 0)
    inside = frame[top : max(bottom, top), left : max(right, left)]
    if inside.size == 0:
        return np.zeros((size, size, 3), np.uint8), place
    if inside.shape[:2] == (place.side, place.side):
        square = inside
    else:
        square = np.zeros((place.side, place.side, 3), np.uint8)
        square[top - y0 : top - y0 + inside.shape[0], left - x0 : left - x0 + inside.shape[1]] = inside
    resized = cv2.resize(np.ascontiguousarray(square), (size, size))
    return np.asarray(resized, np.uint8), place


def normalise(
    image: UInt8[np.ndarray, "size size 3"], mean: tuple[float, float, float], std: tuple[float, float, float]
) -> Float32[np.ndarray, "1 3 size size"]:
    """An RGB crop as network input: ``(v / 255 - mean) / std``, channels first, batch of one."""
    table = _normalised(mean, std)
    whole = np.empty((1, 3, *image.shape[:2]), np.float32)
    for channel in range(3):
        np.take(
            table[channel], image[..., channel], out=whole[0, channel], mode="clip"
        )  # another mode would copy twice
    return whole


@lru_cache
def _normalised(mean: tuple[float, float, float], std: tuple[float, float, float]) -> Float32[np.ndarray, "3 256"]:
    """What each of the 256 values becomes: looked up it is the same to the last bit, in a quarter of the time."""
    values = np.arange(256, dtype=np.float32)[:, None] / 255
    return np.ascontiguousarray(((values - np.array(mean, np.float32)) / np.array(std, np.float32)).T)
