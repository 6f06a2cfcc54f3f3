"""Every sequence as a row of dots, one a tracker, the hardest sequence at the bottom."""

from collections.abc import Mapping
from statistics import mean

import plotly.graph_objects as go

from playground.visualise.looks import GRID, Look, as_text, axis, layout

ROW_PX, AROUND_PX = 26, 90
LONGEST_NAME = 28


def dots_figure(values: Mapping[str, Mapping[str, float]], looks: Mapping[str, Look], *, measure: str) -> go.Figure:
    """``values`` of ``measure`` (0..1) by tracker and sequence. A thin line joins the worst and the best of a row."""
    rows: dict[str, list[float]] = {}
    for by_sequence in values.values():
        for sequence, value in by_sequence.items():
            rows.setdefault(sequence, []).append(value)
    order = sorted(rows, key=lambda sequence: mean(rows[sequence]))
    height = {sequence: place for place, sequence in enumerate(order)}
    figure = go.Figure()
    spans = [(min(rows[sequence]), max(rows[sequence]), place) for sequence, place in height.items()]
    figure.add_scatter(
        x=[x for low, high, _ in spans for x in (low, high, None)],
        y=[y for _, _, place in spans for y in (place, place, None)],
        mode="lines",
        line={"color": GRID, "width": 5},
        hoverinfo="skip",
        showlegend=False,
    )
    for name, by_sequence in values.items():
        look = looks[name]
        figure.add_scatter(
            x=[round(value, 4) for value in by_sequence.values()],
            y=[height[sequence] for sequence in by_sequence],
            name=as_text(name, 24),
            meta=name,
            mode="markers",
            marker={"color": look.colour, "symbol": look.symbol, "size": 10, "opacity": 0.9},
            customdata=[as_text(sequence) for sequence in by_sequence],
            hovertemplate=f"%{{customdata}}<br>{as_text(name)} %{{x:.3f}}<extra></extra>",
        )
    figure.update_layout(
        layout(
            AROUND_PX + ROW_PX * len(order),
            showlegend=False,
            hovermode="closest",
            xaxis=axis(measure, range=[-0.02, 1.02], side="top"),
            yaxis=axis(
                "",
                tickvals=list(height.values()),
                ticktext=[as_text(sequence, LONGEST_NAME) for sequence in order],
                range=[-0.7, len(order) - 0.3],
                showgrid=False,
            ),
            margin={"l": 24, "r": 16, "t": 60, "b": 16},
        )
    )
    return figure
