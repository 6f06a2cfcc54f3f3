"""A figure of several panels in the making, kept as plain dictionaries.

Plotly checks the whole figure at each addition to it, which takes seconds for a dozen panels; checking a finished one
takes as long as drawing it. A figure that follows a slider is therefore not checked here; the tests check every one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go

from playground.visualise.looks import TEXT, layout

HEAD_PX = 84
TITLE = {
    "x": 0,
    "xref": "paper",
    "xanchor": "left",
    "y": 1,
    "yref": "container",
    "yanchor": "top",
    "pad": {"t": 12},
    "font": {"size": 16},
}
Span = tuple[float, float]


@dataclass(slots=True)
class Sheet:
    """What was put on the figure so far; `panel` adds axes, `draw` a trace, `note` words, `finish` makes the figure."""

    traces: list[dict[str, Any]] = field(default_factory=list)
    axes: dict[str, Any] = field(default_factory=dict)
    images: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    shapes: list[dict[str, Any]] = field(default_factory=list)
    panels: int = 0


def across(sizes: Sequence[float], gap: float) -> list[Span]:
    """Spans from left to right, in 0..1, as wide as ``sizes`` are to each other; ``gap`` between two, in 0..1."""
    unit = (1 - gap * (len(sizes) - 1)) / sum(sizes)
    starts = [sum(sizes[:i]) * unit + i * gap for i in range(len(sizes))]
    return [(start, start + size * unit) for start, size in zip(starts, sizes, strict=True)]


def down(sizes: Sequence[float], gap: float) -> list[Span]:
    """The same from top to bottom, as plotly counts: 1 is the top."""
    return [(1 - end, 1 - start) for start, end in across(sizes, gap)]


def panel(sheet: Sheet, x: Span, y: Span, xaxis: dict[str, Any], yaxis: dict[str, Any]) -> int:
    """Axes over the spans ``x`` and ``y`` of the figure, and their number, by which the other functions find them."""
    sheet.panels += 1
    number = "" if sheet.panels == 1 else str(sheet.panels)
    sheet.axes[f"xaxis{number}"] = {"domain": _kept(x), "anchor": f"y{number}"} | xaxis
    sheet.axes[f"yaxis{number}"] = {"domain": _kept(y), "anchor": f"x{number}"} | yaxis
    return sheet.panels


def axes_of(number: int) -> tuple[str, str]:
    """A panel's axes as traces, shapes and notes name them."""
    return ("x", "y") if number == 1 else (f"x{number}", f"y{number}")


def draw(sheet: Sheet, number: int, **trace: Any) -> None:
    """A trace in a panel, in plotly's own words."""
    x, y = axes_of(number)
    sheet.traces.append({"xaxis": x, "yaxis": y, **trace})


def note(sheet: Sheet, number: int, text: str, x: float, y: float, **more: Any) -> None:
    """Words in a panel; ``x`` and ``y`` are fractions of it, 0 at the left and at the bottom."""
    across_axis, up_axis = axes_of(number)
    place = {"x": x, "y": y, "xref": f"{across_axis} domain", "yref": f"{up_axis} domain"}
    sheet.notes.append({"text": text, "showarrow": False, "font": {"size": 11, "color": TEXT}, **place, **more})


def finish(
    sheet: Sheet,
    title: str,
    subtitle: str,
    inside_px: int,
    foot_px: int = 24,
    sides_px: tuple[int, int] = (16, 16),
    **more: Any,
) -> go.Figure:
    """The figure: title, a line under it, the panels on ``inside_px``, ``foot_px`` below and ``sides_px`` beside them.

    ``more`` goes to plotly's layout: with ``width`` the panels have the sizes in pixels that they were made with.
    """
    words = TITLE | {"text": title, "subtitle": {"text": subtitle, "font": {"size": 12}}}
    whole = {
        "title": words,
        "margin": {"l": sides_px[0], "r": sides_px[1], "t": HEAD_PX, "b": foot_px},
        "showlegend": False,
        "images": sheet.images,
        "annotations": sheet.notes,
        "shapes": sheet.shapes,
        **sheet.axes,
        **more,
    }
    drawn = {"data": sheet.traces, "layout": layout(HEAD_PX + inside_px + foot_px, **whole)}
    return go.Figure(drawn, _validate=False)


def _kept(span: Span) -> list[float]:
    """Rounding may lead a little out of 0..1, which plotly refuses."""
    return [min(max(end, 0.0), 1.0) for end in span]
