"""Success and precision plots: for every tracker the share of frames against what is asked of them."""

from collections.abc import Mapping

import plotly.graph_objects as go
from jaxtyping import Float
from numpy import ndarray

from playground.visualise.looks import GRID, TEXT, Look, as_text, axis, layout


def rates_figure(
    limits: Float[ndarray, "n"],
    curves: Mapping[str, Float[ndarray, "n"]],
    values: Mapping[str, float],
    looks: Mapping[str, Look],
    *,
    across: str,
    upright: str,
    rises: bool,
    read_at: float | None = None,
) -> go.Figure:
    """A curve of shares (0..1) over ``limits`` for every tracker, best first, with its number of ``values`` in the
    legend. ``across`` and ``upright`` are the titles of the axes.

    ``rises`` says that larger limits ask for less, which leaves room for the legend below the curves on the right.
    ``read_at`` is the limit at which the numbers are read, as a thin line.
    """
    figure = go.Figure()
    for name, curve in curves.items():
        look = looks[name]
        figure.add_scatter(
            x=limits.round(4).tolist(),
            y=curve.round(4).tolist(),
            name=f"{values[name]:.3f}  {as_text(name, 24)}",
            meta=name,
            mode="lines",
            line={"color": look.colour, "dash": look.dash, "width": 2.2},
            hovertemplate=f"{as_text(name, 24)} %{{y:.3f}}<extra></extra>",
        )
    if read_at is not None:
        figure.add_vline(x=read_at, line={"color": TEXT, "width": 1, "dash": "dot"})
    corner = {"x": 0.99, "xanchor": "right"} if rises else {"x": 0.01, "xanchor": "left"}
    figure.update_layout(
        layout(
            400,
            hovermode="x unified",
            showlegend=True,
            legend={"y": 0.02, "yanchor": "bottom", "bgcolor": GRID, "font": {"size": 12}} | corner,
            xaxis=axis(across, range=[0, float(limits[-1])]),
            yaxis=axis(upright, range=[0, 1]),
        )
    )
    return figure
