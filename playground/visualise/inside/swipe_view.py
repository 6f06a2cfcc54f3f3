"""One frame of a clip as two trackers say, left and right of a seam, over their agreement through the clip (view 9)."""

from collections.abc import Sequence

import cv2
import numpy as np
import plotly.graph_objects as go
from jaxtyping import UInt8

from playground.box import Box
from playground.events import TrackEvent
from playground.visualise.inside.compare import agreement, put_agreement
from playground.visualise.inside.pictures import address, picture
from playground.visualise.inside.sheet import Sheet, axes_of, down, finish, note
from playground.visualise.looks import TEXT, as_text
from playground.visualise.overlay import FOUND, draw

PICTURE_PX, PLOT_PX, GAP_PX = 300, 130, 40
MOST_PX = 480  # of the picture's width: it is sent anew for every frame
TEACHER = (251, 191, 36)


def swipe_figure(
    frames: Sequence[np.ndarray],
    teacher: Sequence[TrackEvent],
    student: Sequence[TrackEvent],
    *,
    place: int,
    seam: float = 0.5,
    names: tuple[str, str] = ("teacher", "student"),
    truth: Sequence[Box] | None = None,
    least: float = 0.5,
) -> go.Figure:
    """Frame number ``place`` of ``frames`` (RGB uint8), the ``teacher``'s box left of the ``seam`` (0..1 of the width),
    the ``student``'s right of it; below, `playground.visualise.inside.compare.compare_figure` with a line at the frame.

    Raises ``ValueError`` naming ``place``, ``seam`` or ``frames``, or as `compare_figure` does.
    """
    agreement(teacher, student)  # refuses what cannot be compared
    if len(frames) != len(teacher):
        raise ValueError(f"frames: give one picture an event, {len(teacher)} of them; got {len(frames)}.")
    if not 0 <= place < len(frames):
        raise ValueError(f"place: this clip has frames 0..{len(frames) - 1}; got {place}.")
    if not 0 <= seam <= 1:
        raise ValueError(f"seam: must be in 0..1; got {seam}.")
    sheet = Sheet()
    inside_px = PICTURE_PX + GAP_PX + PLOT_PX
    upper, lower = down([PICTURE_PX, PLOT_PX], GAP_PX / inside_px)
    image = frames[place]
    both = _both(image, teacher[place], student[place], seam)
    region = picture(sheet, address(both), (0, 1), upper, both.shape[0] / both.shape[1])
    told = (as_text(names[0]), as_text(names[1]))
    for name, at, colour in zip(told, (0.01, 0.99), (TEACHER, FOUND), strict=True):
        ink = {"size": 14, "color": f"rgb{colour}"}
        side = "left" if at < 0.5 else "right"
        note(sheet, region, f"<b>{name}</b>", at, 0.99, xanchor=side, yanchor="top", font=ink, bgcolor="#1f2937")
    number, said = put_agreement(sheet, (0, 1), lower, teacher, student, names=told, truth=truth, least=least)
    across, up = axes_of(number)
    now = teacher[place].index
    line = {"type": "line", "xref": across, "yref": f"{up} domain", "line": {"color": TEXT, "width": 3}}
    sheet.shapes.append({**line, "x0": now, "x1": now, "y0": 0, "y1": 1})
    return finish(
        sheet,
        f"Frame {now}: {told[0]} left of the seam, {told[1]} right of it",
        said,
        inside_px,
        foot_px=76,
        sides_px=(52, 16),
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom"},
    )


def _both(
    image: UInt8[np.ndarray, "height width 3"], left: TrackEvent, right: TrackEvent, seam: float
) -> UInt8[np.ndarray, "h w 3"]:
    cut = round(seam * image.shape[1])
    both = draw(image, right, colour=FOUND)
    both[:, :cut] = draw(image, left, colour=TEACHER)[:, :cut]
    both[:, max(cut - 1, 0) : cut + 1] = 255
    smaller = MOST_PX / image.shape[1]
    return both if smaller >= 1 else cv2.resize(both, None, fx=smaller, fy=smaller, interpolation=cv2.INTER_AREA)
