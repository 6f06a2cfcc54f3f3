"""Two trackers on the same clip: how far they agree, and the first frame where they do not (view 9)."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from playground.box import Box, boxes_to_array, iou
from playground.events import TrackEvent
from playground.visualise.inside.sheet import Sheet, Span, axes_of, draw, finish, note, panel
from playground.visualise.looks import COLOURS, TEXT, as_text, axis

PLOT_PX = 220


def agreement(one: Sequence[TrackEvent], other: Sequence[TrackEvent]) -> Float[np.ndarray, "n"]:
    """IoU, 0..1, between the boxes of two tracks of the same frames.

    Raises ``ValueError`` naming ``events`` when the frames are not the same ones, or fewer than two.
    """
    if [event.index for event in one] != [event.index for event in other]:
        raise ValueError("events: both tracks must be of the same frames; track the same clip from the same start.")
    if len(one) < 2:
        raise ValueError(f"events: a comparison needs a clip of at least 2 frames; got {len(one)}.")
    a, b = (boxes_to_array([event.box for event in events]) for events in (one, other))
    return iou(a, b)


def first_disagreement(one: Sequence[TrackEvent], other: Sequence[TrackEvent], least: float = 0.5) -> int | None:
    """Place in the tracks, from 0, of the first frame on which their boxes overlap by less than ``least`` IoU.

    None when there is no such frame. Raises ``ValueError`` naming ``least`` outside 0..1, or as `agreement` does.
    """
    if not 0 <= least <= 1:
        raise ValueError(f"least: must be an IoU in 0..1; got {least}.")
    apart = np.flatnonzero(agreement(one, other) < least)
    return int(apart[0]) if len(apart) else None


def compare_figure(
    teacher: Sequence[TrackEvent],
    student: Sequence[TrackEvent],
    *,
    names: tuple[str, str] = ("teacher", "student"),
    truth: Sequence[Box] | None = None,
    least: float = 0.5,
) -> go.Figure:
    """IoU between the two over the frames, the first disagreement marked; with ``truth`` also the IoU of each with it.

    ``truth`` holds a box a frame, in frame pixels; one without area leaves a gap. Raises ``ValueError`` as
    `first_disagreement` does, or naming ``truth`` when it is of another length.
    """
    told = (as_text(names[0]), as_text(names[1]))
    sheet = Sheet()
    _, said = put_agreement(sheet, (0, 1), (0, 1), teacher, student, names=told, truth=truth, least=least)
    return finish(
        sheet,
        f"Agreement of {told[0]} and {told[1]} over the clip",
        said,
        PLOT_PX,
        foot_px=76,
        sides_px=(52, 16),
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom"},
        hovermode="x unified",
    )


def put_agreement(
    sheet: Sheet,
    x: Span,
    y: Span,
    teacher: Sequence[TrackEvent],
    student: Sequence[TrackEvent],
    *,
    names: tuple[str, str],
    truth: Sequence[Box] | None,
    least: float,
) -> tuple[int, str]:
    """A panel with the curves of `compare_figure`: its number, and in words where the two part. Raises as it does."""
    between = agreement(teacher, student)
    place = first_disagreement(teacher, student, least)
    if truth is not None and len(truth) != len(teacher):
        raise ValueError(f"truth: give one box a frame, {len(teacher)} of them; got {len(truth)}.")
    frames = [event.index for event in teacher]
    number = panel(sheet, x, y, axis("frame"), axis("IoU", range=[0, 1.03]))
    _curve(sheet, number, frames, between, f"{names[0]} and {names[1]}", COLOURS[0], fill="tozeroy", width=2.2)
    for name, events, colour in zip(names, (teacher, student), (COLOURS[1], COLOURS[2]), strict=True):
        if truth is not None:
            found, real = boxes_to_array([event.box for event in events]), boxes_to_array(truth)
            overlap = np.where(real[:, 2:].min(1) > 0, iou(found, real), np.nan)
            _curve(sheet, number, frames, overlap, f"{name} and true box", colour, dash="dot", width=1.6)
    across, up = axes_of(number)
    at = {"xref": across, "yref": up, "line": {"color": TEXT, "width": 1, "dash": "dash"}, "type": "line"}
    sheet.shapes.append({**at, "x0": frames[0], "x1": frames[-1], "y0": least, "y1": least})
    if place is None:
        return number, f"They agree on every frame: the IoU between them never falls below {least:g}."
    mark = {"type": "line", "xref": across, "yref": f"{up} domain", "line": {"color": COLOURS[8], "width": 2}}
    sheet.shapes.append({**mark, "x0": frames[place], "x1": frames[place], "y0": 0, "y1": 1})
    late = place > len(frames) / 2
    look = {"font": {"size": 12, "color": COLOURS[8]}, "yanchor": "top", "xref": across}
    side = {"xanchor": "right", "xshift": -5} if late else {"xanchor": "left", "xshift": 5}
    note(sheet, number, f"frame {frames[place]}: apart", frames[place], 0.98, **look, **side)
    return number, f"First frame where they disagree (IoU below {least:g}): {frames[place]}."


def _curve(
    sheet: Sheet,
    number: int,
    frames: list[int],
    values: Float[np.ndarray, "n"],
    name: str,
    colour: str,
    fill: str | None = None,
    **line: object,
) -> None:
    draw(
        sheet,
        number,
        type="scatter",
        x=frames,
        y=[round(value, 4) if value == value else None for value in values.tolist()],
        mode="lines",
        name=name,
        fill=fill,
        fillcolor=f"{colour}22",
        line={"color": colour, **line},
        hovertemplate="%{y:.2f}",
    )
