"""The score of a track over its frames, as a plotly figure."""

from collections.abc import Sequence

import plotly.graph_objects as go

from playground.events import TrackEvent
from playground.visualise.looks import CLEAR, GRID, TEXT

SCORE, LOST, UPDATE = "#0d9488", "#ef4444", "#7c3aed"


def score_curve(events: Sequence[TrackEvent], lost: Sequence[Sequence[int]], lost_score: float) -> go.Figure:
    """Score (0..1) against frame number: lost spans shaded, template updates marked, ``lost_score`` dashed.

    ``lost`` holds the first and last frame number of every span. Frames without a score, such as the first, are left
    out; a model without a score head gets a sentence instead.
    """
    figure = go.Figure()
    scored = [event for event in events if event.score is not None]
    updated = [event for event in scored if event.updated]
    figure.add_scatter(
        x=[event.index for event in scored],
        y=[event.score for event in scored],
        mode="lines" if len(scored) > 1 else "markers",
        name="score",
        line={"color": SCORE, "width": 2},
    )
    figure.add_scatter(
        x=[event.index for event in updated],
        y=[event.score for event in updated],
        mode="markers",
        name="new template",
        marker={"color": UPDATE, "size": 9, "symbol": "diamond"},
        showlegend=bool(updated),
    )
    for first, last in lost:
        figure.add_vrect(x0=first - 0.5, x1=last + 0.5, fillcolor=LOST, opacity=0.15, line_width=0)
    if scored:
        figure.add_hline(y=lost_score, line={"color": LOST, "width": 1, "dash": "dash"})
    else:
        text = "This model gives no score." if len(events) > 1 else "The first frame has no score."
        figure.add_annotation(text=text, x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False)
    figure.update_layout(
        template="none",
        height=240,
        margin={"l": 48, "r": 12, "t": 28, "b": 40},
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        font={"color": TEXT},
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.2},
        hovermode="x",
        xaxis={"title": {"text": "frame"}, "gridcolor": GRID, "zeroline": False},
        yaxis={"title": {"text": "score"}, "gridcolor": GRID, "zeroline": False, "range": [0, 1.02]},
    )
    return figure
