"""Speed against accuracy: a point a tracker, and the line of those that no other beats in both."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from playground.visualise.looks import TEXT, Look, as_text, axis, layout

LEAST_MS = 0.01  # on a logarithmic axis there is no zero
REAL_TIME_MS = 1000 / 30
ROOM = 0.35  # powers of ten beside the outermost points, for their names


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A tracker: median milliseconds a frame, and a value in 0..1 with its interval."""

    name: str
    ms: float
    value: float
    low: float
    high: float


def frontier(points: Sequence[Point]) -> list[Point]:
    """The points that no other one beats in speed and value, fastest first."""
    best, kept = -1.0, []
    for point in sorted(points, key=lambda point: (point.ms, -point.value)):
        if point.value > best:
            best = point.value
            kept.append(point)
    return kept


def pareto_figure(points: Sequence[Point], looks: Mapping[str, Look], *, measure: str) -> go.Figure:
    """Milliseconds a frame on a logarithmic axis against ``measure``, intervals upright, 30 frames a second marked."""
    figure = go.Figure()
    line = frontier(points)
    figure.add_scatter(
        x=[_across(point) for point in line],
        y=[point.value for point in line],
        mode="lines",
        line={"color": TEXT, "width": 1.5, "dash": "dash", "shape": "hv"},
        hoverinfo="skip",
        showlegend=False,
    )
    ends = [math.log10(place(map(_across, points))) for place in (min, max)]
    for point in points:
        look, name = looks[point.name], as_text(point.name, 24)
        in_left_half = math.log10(_across(point)) < sum(ends) / 2
        figure.add_scatter(
            x=[_across(point)],
            y=[point.value],
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [point.high - point.value],
                "arrayminus": [point.value - point.low],
                "thickness": 1.2,
                "width": 3,
            },
            name=name,
            meta=point.name,
            mode="markers+text",
            text=[f" {name} "],
            textposition="top right" if in_left_half else "top left",
            marker={"color": look.colour, "symbol": look.symbol, "size": 12},
            hovertemplate=f"{name}<br>{point.ms:.3g} ms, {point.value:.3f} ({point.low:.3f} to {point.high:.3f})"
            "<extra></extra>",
        )
    figure.add_vline(x=REAL_TIME_MS, line={"color": TEXT, "width": 1, "dash": "dot"})
    real_time = math.log10(REAL_TIME_MS)
    span = [min(*ends, real_time) - ROOM, max(*ends, real_time) + ROOM]
    inwards = {"xanchor": "right", "xshift": -4} if real_time > sum(span) / 2 else {"xanchor": "left", "xshift": 4}
    # Plotly takes places of annotations on a logarithmic axis as powers of ten, unlike all others.
    figure.add_annotation(
        x=real_time, xref="x", y=0, yref="paper", text="30 a second", showarrow=False, yanchor="bottom", **inwards
    )
    figure.update_layout(
        layout(
            400,
            showlegend=False,
            hovermode="closest",
            xaxis=axis("milliseconds a frame", type="log", range=span, dtick=1, tickformat="~g"),
            yaxis=axis(measure, rangemode="tozero"),
        )
    )
    return figure


def _across(point: Point) -> float:
    return max(point.ms, LEAST_MS)
