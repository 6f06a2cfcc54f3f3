"""A bounding box in frame pixels, and the box arithmetic everything else is built on.

One coordinate system a name: a ``Box`` is ``x, y, w, h`` in pixels of the frame, top-left corner first;
arrays named ``*_rel`` hold ``x1, y1, x2, y2`` as fractions 0..1 of a crop.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-aligned box: top-left corner ``x, y`` and size ``w, h``, all in frame pixels."""

    x: float
    y: float
    w: float
    h: float

    @classmethod
    def parse(cls, text: str) -> "Box":
        """Read ``"X,Y,W,H"`` (pixels). Raises ``ValueError`` naming the field when it is not four numbers."""
        parts = text.replace(";", ",").split(",")
        try:
            values = [float(part) for part in parts]
        except ValueError:
            values = []
        if len(values) != 4:
            raise ValueError(f"box: expected four numbers X,Y,W,H in pixels, such as 120,80,64,48; got {text!r}.")
        return cls(*values)

    @property
    def x2(self) -> float:
        return self.x + self.w

    @property
    def y2(self) -> float:
        return self.y + self.h

    @property
    def cx(self) -> float:
        return self.x + self.w / 2

    @property
    def cy(self) -> float:
        return self.y + self.h / 2

    def as_tuple(self) -> tuple[float, float, float, float]:
        """``(x, y, w, h)`` in frame pixels."""
        return (self.x, self.y, self.w, self.h)

    def clip(self, width: int, height: int, margin: float = 10.0) -> "Box":
        """The box moved and shrunk to lie in a ``width x height`` frame, at least ``margin`` pixels a side.

        Source: spec 4.3, step 4. In a frame smaller than ``margin`` the whole frame is the least box.
        Clipping twice changes nothing.
        """
        margin_x, margin_y = min(margin, width), min(margin, height)
        x1 = min(max(0.0, self.x), width - margin_x)
        x2 = min(max(margin_x, self.x2), width)
        y1 = min(max(0.0, self.y), height - margin_y)
        y2 = min(max(margin_y, self.y2), height)
        return Box(x1, y1, max(margin_x, x2 - x1), max(margin_y, y2 - y1))

    def check_start(self, width: int, height: int) -> "Box":
        """Return the box if it can start a track in a ``width x height`` frame.

        Raises ``ValueError``, naming ``box`` and the remedy, for a value that is not finite, a size that is not
        positive, or a box wholly outside the frame or over four times its size.
        """
        if not all(math.isfinite(value) for value in self.as_tuple()):
            raise ValueError(f"box: every value must be a finite number; got {_show(self)}.")
        if self.w <= 0 or self.h <= 0:
            raise ValueError(f"box: width and height must be above 0 pixels; got {_show(self)}.")
        if self.x >= width or self.y >= height or self.x2 <= 0 or self.y2 <= 0:
            raise ValueError(
                f"box: {_show(self)} lies outside the {width}x{height} frame; "
                f"choose x in 0..{width} and y in 0..{height}."
            )
        if self.w > 4 * width or self.h > 4 * height:
            raise ValueError(f"box: {_show(self)} is far larger than the {width}x{height} frame; draw a smaller one.")
        return self


def _show(box: Box) -> str:
    return ",".join(f"{value:g}" for value in box.as_tuple())


def boxes_to_array(boxes: Sequence[Box]) -> Float[np.ndarray, "n 4"]:
    """Boxes as one float64 array, columns ``x, y, w, h`` in frame pixels."""
    return np.array([box.as_tuple() for box in boxes], dtype=np.float64).reshape(-1, 4)


def iou(a: Float[np.ndarray, "n 4"], b: Float[np.ndarray, "n 4"]) -> Float[np.ndarray, "n"]:
    """Intersection over union, row by row, of ``x, y, w, h`` boxes. Range 0..1; an empty union gives 0."""
    left_top = np.maximum(a[:, :2], b[:, :2])
    right_bottom = np.minimum(a[:, :2] + a[:, 2:], b[:, :2] + b[:, 2:])
    inter = np.clip(right_bottom - left_top, 0, None).prod(axis=1)
    union = a[:, 2:].prod(axis=1) + b[:, 2:].prod(axis=1) - inter
    return np.where(union > 0, inter / np.where(union > 0, union, 1), 0.0)
