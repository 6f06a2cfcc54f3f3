"""Small pictures of frames around the target, with boxes that stay lines, so that they can be shown and hidden."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import cv2
import numpy as np
from jaxtyping import UInt8

from playground.box import Box

WIDTH, HEIGHT = 240, 180  # pixels
CONTEXT = 3.0  # sides of the target across the picture
LEAST_PX = 72  # of the frame across the picture, however small the target
QUALITY = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A box in frame pixels with its colour and the name of whose it is."""

    name: str
    box: Box
    colour: str


def region_around(box: Box, width: int, height: int) -> Box:
    """The part of a ``width x height`` frame to show: 4 by 3, the box in its middle where the frame's border allows."""
    across = max(CONTEXT * max(box.w, box.h * WIDTH / HEIGHT), LEAST_PX)
    across = min(across, width, height * WIDTH / HEIGHT)
    down = across * HEIGHT / WIDTH
    x = min(max(box.cx - across / 2, 0.0), width - across)
    y = min(max(box.cy - down / 2, 0.0), height - down)
    return Box(x, y, across, down)


def thumbnail(image: UInt8[np.ndarray, "height width 3"], around: Box, truth: Box | None, marks: list[Mark]) -> str:
    """An SVG element that shows the frame around a box: a JPEG of 240x180 pixels, the ``marks``, and the ``truth`` as a
    dashed line over them. Every mark carries its name in ``data-tracker``."""
    region = region_around(around, image.shape[1], image.shape[0])
    scale = WIDTH / region.w
    matrix = np.array([[scale, 0, -region.x * scale], [0, scale, -region.y * scale]])
    if scale < 1:  # bilinear alone would leave pixels out
        image = cv2.blur(image, (round(1 / scale), round(1 / scale)))
    picture = cv2.warpAffine(image, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    _, jpeg = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    data = b64encode(jpeg.tobytes()).decode()
    shapes = [
        _rect(mark.box, region, scale, {"stroke": mark.colour, "data-tracker": mark.name}, mark.name) for mark in marks
    ]
    shapes += [] if truth is None else [_rect(truth, region, scale, {"class": "truth"}, "true box")]
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f'<image href="data:image/jpeg;base64,{data}" width="{WIDTH}" height="{HEIGHT}"/>{"".join(shapes)}</svg>'
    )


def _rect(box: Box, region: Box, scale: float, attributes: Mapping[str, str], title: str) -> str:
    sides = {"x": box.x - region.x, "y": box.y - region.y, "width": box.w, "height": box.h}
    told = {name: f"{value * scale:.1f}" for name, value in sides.items()} | dict(attributes)
    words = " ".join(f'{name}="{escape(value)}"' for name, value in told.items())
    return f"<rect {words}><title>{escape(title)}</title></rect>"
