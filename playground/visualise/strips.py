"""IoU over time: a strip of colour for every tracker on one sequence."""

from collections.abc import Mapping

import plotly.graph_objects as go
from jaxtyping import Float
from numpy import isfinite, ndarray

from playground.visualise.looks import as_text, axis, layout

ROW_PX, AROUND_PX, LEFT_PX, RIGHT_PX = 24, 48, 130, 16
LONGEST_NAME = 18
# From a miss over a half to a hit; told apart without red and green.
SCALE = [[0.0, "#c2410c"], [0.5, "#fcd9a0"], [1.0, "#0f766e"]]


def strips_figure(overlaps: Mapping[str, Float[ndarray, "n"]], first: int = 0) -> go.Figure:
    """IoU (0..1) of frames ``first``, ``first + 1``, .. by tracker, best at the top; NaN leaves a gap."""
    figure = go.Figure()
    names = list(overlaps)
    for row, (name, overlap) in enumerate(overlaps.items()):
        values = [[round(value, 3) if isfinite(value) else None for value in overlap.tolist()]]
        figure.add_heatmap(
            z=values,
            x0=first,
            dx=1,
            y=[row],
            name=as_text(name),
            meta=name,
            zmin=0,
            zmax=1,
            ygap=3,
            colorscale=SCALE,
            showscale=False,
            hoverongaps=False,
            hovertemplate=f"frame %{{x}}, {as_text(name)}: %{{z:.2f}}<extra></extra>",
        )
    length = max(map(len, overlaps.values()), default=1)
    figure.update_layout(
        layout(
            AROUND_PX + ROW_PX * len(names),
            margin={"l": LEFT_PX, "r": RIGHT_PX, "t": 4, "b": 44},
            xaxis=axis("frame", range=[first - 0.5, first + length - 0.5], showgrid=False, automargin=False),
            yaxis=axis(
                "",
                tickvals=list(range(len(names))),
                ticktext=[as_text(name, LONGEST_NAME) for name in names],
                range=[len(names) - 0.5, -0.5],
                showgrid=False,
                automargin=False,
            ),
        )
    )
    return figure
