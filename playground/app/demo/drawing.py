"""What is drawn on the frames of a track: boxes, and, as a visitor likes, trails, search squares and templates."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from jaxtyping import UInt8

from playground.events import TrackEvent
from playground.visualise.overlay import Trail, colour_of, draw_all

THUMBNAIL = 0.16  # of the frame's short side
CRF = 23  # x264's quality: next to the 18 of `open_writer` a fifth of the file and two thirds of the work
OPTIONS = {"Trail": "trail", "Search square": "search", "Templates": "templates"}

Image = UInt8[np.ndarray, "height width 3"]
Pictures = UInt8[np.ndarray, "k t t 3"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """What is drawn beside the boxes."""

    trail: bool = True
    search: bool = True
    templates: bool = False


def read_drawing(values: Sequence[str]) -> Drawing:
    """The options that were ticked. Raises ``ValueError`` naming ``draw`` for one that there is not."""
    if unknown := [value for value in values if value not in OPTIONS.values()]:
        raise ValueError(f"draw: choose from {', '.join(OPTIONS.values())}; got {unknown[0]!r}.")
    return Drawing(**{name: name in values for name in OPTIONS.values()})


def draw_targets(
    image: Image,
    events: Sequence[TrackEvent],
    trails: Sequence[Trail],
    templates: Sequence[np.ndarray],
    drawing: Drawing,
) -> Image:
    """A copy of an RGB frame with every target in its own colour; ``trails`` grow by one place.

    ``templates`` holds each target's, the first one and the online ones, RGB uint8 ``(k, t, t, 3)``: a row a target,
    from the lower left.
    """
    shown = events if drawing.search else [replace(event, search=None) for event in events]
    image = draw_all(image, shown, trails if drawing.trail else None)
    if drawing.templates:
        for row, pictures in enumerate(templates):
            _put_row(image, pictures, row, colour_of(row))
    return image


def _put_row(image: Image, pictures: Pictures, row: int, colour: tuple[int, int, int]) -> None:
    """The templates of one target, in a frame of its colour; what does not fit is left out."""
    height, width = image.shape[:2]
    side = max(16, round(min(height, width) * THUMBNAIL))
    top = height - (row + 1) * (side + 4)
    for place, picture in enumerate(pictures):
        left = 4 + place * (side + 4)
        if top < 0 or left + side > width:
            return
        image[top : top + side, left : left + side] = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
        cv2.rectangle(image, (left, top), (left + side - 1, top + side - 1), colour, 2)
