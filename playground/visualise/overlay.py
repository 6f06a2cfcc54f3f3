"""What the tracker says of a frame, drawn on a copy of it: box, search region, trail, score."""

import colorsys
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import cv2
import numpy as np
from jaxtyping import UInt8

from playground.box import Box
from playground.events import TrackEvent

Image = UInt8[np.ndarray, "height width 3"]
Colour = tuple[int, int, int]
Point = tuple[int, int]

FOUND: Colour = (45, 212, 160)
LOST: Colour = (255, 96, 84)
SEARCH: Colour = (235, 235, 235)
INK: Colour = (16, 24, 32)
# One colour a target; the first is the tracker's own.
COLOURS: tuple[Colour, ...] = (FOUND, (255, 176, 32), (96, 165, 250), (244, 114, 182), (190, 242, 100))
GOLDEN = 0.618034  # of the circle of hues: however many are taken, the next one lies in a wide gap
TRAIL = 30  # frames
FONT = cv2.FONT_HERSHEY_SIMPLEX


@dataclass(slots=True)
class Trail:
    """Where the target's centre was, in frame pixels, oldest first; None where it was lost. `draw` adds to it."""

    centres: deque[tuple[float, float] | None] = field(default_factory=lambda: deque(maxlen=TRAIL))


def draw(image: Image, event: TrackEvent, trail: Trail | None = None, colour: Colour = FOUND) -> Image:
    """A copy of the frame with the event's box on it; the frame itself is left as it was.

    The box is solid and of ``colour`` (RGB), or dashed red where the target is lost; above it stands the score. The
    search region is a thin light square. ``trail`` gets the event's centre and is drawn as a line that breaks where the
    target was lost.
    """
    canvas = np.ascontiguousarray(image).copy()
    _draw_on(canvas, event, trail, colour)
    return canvas


def draw_all(
    image: Image, events: Sequence[TrackEvent], trails: Sequence[Trail] | None = None, numbered: bool = False
) -> Image:
    """`draw` for several targets, each in its own colour; where ``numbered``, each box says its number, from 1."""
    canvas = np.ascontiguousarray(image).copy()
    for place, event in enumerate(events):
        trail = None if trails is None else trails[place]
        _draw_on(canvas, event, trail, colour_of(place), str(place + 1) if numbered else "")
    return canvas


def colour_of(place: int) -> Colour:
    """The colour of the target at ``place``, from 0: one of `COLOURS`, and beyond them further hues, as light."""
    if place < len(COLOURS):
        return COLOURS[place]
    red, green, blue = colorsys.hls_to_rgb(place * GOLDEN % 1, 0.65, 0.8)
    return round(255 * red), round(255 * green), round(255 * blue)


def _draw_on(canvas: Image, event: TrackEvent, trail: Trail | None, colour: Colour, name: str = "") -> None:
    line = max(1, round(min(canvas.shape[:2]) / 200))
    if event.search is not None:
        cv2.rectangle(canvas, *_corners(event.search), SEARCH, max(1, line // 2))
    if trail is not None:
        trail.centres.append(None if event.lost else (event.box.cx, event.box.cy))
        _draw_trail(canvas, trail, line, colour)
    if event.lost:
        _draw_dashed(canvas, event.box, line)
    else:
        cv2.rectangle(canvas, *_corners(event.box), colour, line)
    _draw_label(canvas, event, line, colour, name)


def _corners(box: Box) -> tuple[Point, Point]:
    return (round(box.x), round(box.y)), (round(box.x2), round(box.y2))


def _draw_trail(canvas: Image, trail: Trail, line: int, colour: Colour) -> None:
    centres = list(trail.centres)
    for older, newer in pairwise(centres):
        if older is not None and newer is not None:
            ends = [(round(x), round(y)) for x, y in (older, newer)]
            cv2.line(canvas, ends[0], ends[1], colour, line, cv2.LINE_AA)


def _draw_dashed(canvas: Image, box: Box, line: int) -> None:
    (left, top), (right, bottom) = _corners(box)
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    for start, end in pairwise(corners):
        a, b = np.array(start, float), np.array(end, float)
        # An odd number of equal parts, every other one drawn, so that each corner is inked.
        parts = 2 * max(1, round(float(np.hypot(*(b - a))) / (12 * line))) + 1
        for i in range(0, parts, 2):
            p, q = a + (b - a) * i / parts, a + (b - a) * (i + 1) / parts
            cv2.line(canvas, _point(p), _point(q), LOST, line)


def _point(place: np.ndarray) -> Point:
    return round(float(place[0])), round(float(place[1]))


def _draw_label(canvas: Image, event: TrackEvent, line: int, colour: Colour, name: str) -> None:
    words = [name, "lost" if event.lost else "", "" if event.score is None else f"{event.score:.2f}"]
    text = " ".join(filter(None, words))
    if not text:
        return
    scale, stroke = 0.4 + 0.12 * (line - 1), max(1, line - 1)
    (width, height), below = cv2.getTextSize(text, FONT, scale, stroke)
    pad = 2 + line
    full_width, full_height = width + 2 * pad, height + below + 2 * pad
    (left, top), _ = _corners(event.box)
    # Above the box where there is room, else inside it; never out of the frame.
    x = max(0, min(left, canvas.shape[1] - full_width))
    y = top - full_height if top >= full_height else max(0, top)
    y = max(0, min(y, canvas.shape[0] - full_height))
    cv2.rectangle(canvas, (x, y), (x + full_width, y + full_height), LOST if event.lost else colour, cv2.FILLED)
    cv2.putText(canvas, text, (x + pad, y + pad + height), FONT, scale, INK, stroke, cv2.LINE_AA)
