"""What was measured of a network after so many steps, as curves."""

from collections.abc import Mapping

import plotly.graph_objects as go

from playground.settings import require
from playground.visualise.inside.sheet import Sheet, draw, finish, note, panel
from playground.visualise.looks import COLOURS, axis

PLOT_PX = 240


def course_figure(
    title: str,
    measure: str,
    courses: Mapping[str, Mapping[int, float]],
    levels: Mapping[str, float] | None = None,
) -> go.Figure:
    """A curve for each of the ``courses``, value by step; ``levels`` are dashed lines across. The axis starts at 0.

    Raises ``ValueError`` naming ``courses`` when there is no value.
    """
    require(any(courses.values()), "courses: give at least one value to draw.")
    sheet = Sheet()
    steps = [step for course in courses.values() for step in course]
    values = [*(value for course in courses.values() for value in course.values()), *(levels or {}).values()]
    top = 1.08 * max(values)
    across, up = axis("step", range=[0, max(1, *steps) * 1.02]), axis(measure, range=[0, top], nticks=6)
    number = panel(sheet, (0, 1), (0, 1), across, up)
    for (name, course), colour in zip(courses.items(), COLOURS, strict=False):
        draw(
            sheet,
            number,
            type="scatter",
            x=list(course),
            y=[round(value, 4) for value in course.values()],
            mode="lines+markers",
            name=name,
            line={"color": colour, "width": 2},
            hovertemplate=f"step %{{x}}: {name} %{{y:.3f}}<extra></extra>",
        )
    for (name, value), colour in zip((levels or {}).items(), reversed(COLOURS), strict=False):
        at = {"x0": 0, "x1": 1, "xref": "x domain", "y0": value, "y1": value, "yref": "y"}
        sheet.shapes.append({"type": "line", "line": {"color": colour, "width": 1.2, "dash": "dash"}, **at})
        look = {"xanchor": "right", "yanchor": "bottom", "font": {"size": 12, "color": colour}}
        note(sheet, number, f"{name}: {value:.2f}", 1, value / top, **look)
    return finish(
        sheet,
        title,
        f"{measure[0].upper()}{measure[1:]} against the step.",
        PLOT_PX,
        foot_px=84 if len(courses) > 1 else 52,
        sides_px=(60, 16),
        showlegend=len(courses) > 1,
        legend={"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom"},
    )


def later(course: Mapping[int, float], steps: int) -> dict[int, float]:
    """A course that began after ``steps`` others."""
    return {step + steps: value for step, value in course.items()}
