"""How sure a tracker was, frame by frame: score, and entropy of the edges. No true box is needed."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from playground.events import TrackEvent
from playground.visualise.inside.sheet import Sheet, axes_of, down, draw, finish, panel
from playground.visualise.looks import COLOURS, as_text, axis

PLOT_PX, GAP_PX = 120, 26
LOST = "rgba(220, 38, 38, 0.15)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """One target: ``events`` in order, and beside each the mean entropy of the edges in ``bits``, None where there is
    none. ``lost`` holds the first and the last frame of every span. ``colour`` is any that plotly takes."""

    name: str
    colour: str
    events: Sequence[TrackEvent]
    bits: Sequence[float | None]
    lost: Sequence[Sequence[int]] = ()


def quality_figure(courses: Sequence[Course], *, lost_score: float, fps: float) -> go.Figure:
    """Above the score with ``lost_score`` dashed, lost spans shaded and new online templates marked; below the entropy.

    A tracker without scores has the second panel alone. The layout's ``meta`` holds ``first``, the number of the first
    frame, and ``fps``, so that a page can mark the frame that a video shows. Raises ``ValueError`` naming ``courses``
    when there is none.
    """
    if not courses or not courses[0].events:
        raise ValueError("courses: give at least one target with an event.")
    scored = any(event.score is not None for course in courses for event in course.events)
    count = 1 + scored
    inside_px = count * PLOT_PX + (count - 1) * GAP_PX
    bands = down([PLOT_PX] * count, GAP_PX / inside_px)
    frames = [event.index for event in courses[0].events]
    ends = [frames[0] - 0.5, frames[-1] + 0.5]
    sheet = Sheet()
    if scored:
        hidden = axis("", range=ends, showticklabels=False)
        score = panel(sheet, (0, 1), bands[0], hidden, axis("score", range=[0, 1.03], nticks=4))
        for course in courses:
            _curve(sheet, score, course, [event.score for event in course.events], "score")
            _updates(sheet, score, course)
            _shade(sheet, score, course)
        level = {"x0": 0, "x1": 1, "xref": "x domain", "y0": lost_score, "y1": lost_score, "yref": "y"}
        sheet.shapes.append({"type": "line", "line": {"color": COLOURS[8], "width": 1, "dash": "dash"}, **level})
    linked = {"matches": "x"} if scored else {}
    across = axis("frame", range=ends, **linked)
    spread = panel(sheet, (0, 1), bands[-1], across, axis("unsure (bits)", rangemode="tozero", nticks=4))
    for course in courses:
        _curve(sheet, spread, course, course.bits, "entropy of the edges", legend=not scored)
    several = len(courses) > 1
    return finish(
        sheet,
        "How sure the tracker was",
        "Above: score; dashed: lost below it; diamonds: new templates. Below: entropy of the edges."
        if scored
        else "Entropy of the edges; this model gives no score.",
        inside_px,
        foot_px=76 if several else 52,
        sides_px=(60, 12),
        showlegend=several,
        legend={"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom"},
        meta={"first": frames[0], "fps": fps},
    )


def _curve(
    sheet: Sheet, number: int, course: Course, values: Sequence[float | None], what: str, legend: bool = True
) -> None:
    draw(
        sheet,
        number,
        type="scatter",
        x=[event.index for event in course.events],
        y=[None if value is None else round(value, 4) for value in values],
        mode="lines" if len(course.events) > 2 else "markers",
        name=as_text(course.name),
        legendgroup=course.name,
        showlegend=legend,
        line={"color": course.colour, "width": 2},
        hovertemplate=f"frame %{{x}}: {what} %{{y:.3f}}<extra>{as_text(course.name)}</extra>",
    )


def _updates(sheet: Sheet, number: int, course: Course) -> None:
    taken = [event for event in course.events if event.updated]
    if taken:
        draw(
            sheet,
            number,
            type="scatter",
            x=[event.index for event in taken],
            y=[event.score for event in taken],
            mode="markers",
            legendgroup=course.name,
            showlegend=False,
            marker={"color": course.colour, "size": 8, "symbol": "diamond"},
            hovertemplate="frame %{x}: new template<extra></extra>",
        )


def _shade(sheet: Sheet, number: int, course: Course) -> None:
    x, y = axes_of(number)
    for first, last in course.lost:
        place = {"x0": first - 0.5, "x1": last + 0.5, "xref": x, "y0": 0, "y1": 1, "yref": f"{y} domain"}
        sheet.shapes.append({"type": "rect", "fillcolor": LOST, "line": {"width": 0}, "layer": "below", **place})
