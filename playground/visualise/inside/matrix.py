"""A table of numbers as coloured cells with the numbers in them, readable on a light and on a dark page."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from playground.visualise.inside.sheet import Sheet, Span, draw, panel
from playground.visualise.looks import TEXT, axis

_FILLED = 0.18  # of the largest: from there on cells are opaque, so that a white number stands on any page
# More is told by the hue: darker would be less on a dark page, lighter on a light one.
AMOUNT = [
    [0.0, "rgba(13, 148, 136, 0.06)"],
    [_FILLED, "rgba(13, 148, 136, 0.3)"],
    [_FILLED + 0.001, "rgb(63, 143, 137)"],
    [0.6, "rgb(88, 80, 190)"],
    [1.0, "rgb(162, 28, 175)"],
]
_WRITTEN = 12  # cells a side: more are too small for their numbers


def put_matrix(
    sheet: Sheet,
    x: Span,
    y: Span,
    values: Float[np.ndarray, "n m"],
    *,
    columns: tuple[str, Sequence[str]],
    rows: tuple[str, Sequence[str]],
    told: Sequence[Sequence[str]],
    number: str,
    most: float | None = None,
    square: bool = False,
) -> int:
    """A panel with ``values`` as cells, row 0 at the top; its number.

    ``columns`` and ``rows``: a title and a name for each; ``told``: what a cell says when pointed at; ``number``: the
    format of the numbers in the cells, as `format` takes it; ``most``: the value of the full colour, the largest one
    if None. NaN leaves a gap.
    """
    n, m = values.shape
    high = float(np.nanmax(values, initial=0.0)) if most is None else most
    fit: dict[str, Any] = {"constrain": "domain"} if square else {}
    scale = {"scaleanchor": "x" if sheet.panels == 0 else f"x{sheet.panels + 1}"} if square else {}
    place = panel(
        sheet,
        x,
        y,
        axis(columns[0], tickvals=list(range(m)), ticktext=list(columns[1]), showgrid=False, range=[-0.5, m - 0.5])
        | fit,
        axis(rows[0], tickvals=list(range(n)), ticktext=list(rows[1]), showgrid=False, range=[n - 0.5, -0.5])
        | fit
        | scale,
    )
    draw(
        sheet,
        place,
        type="heatmap",
        z=[[float(f"{z:.4g}") if z == z else None for z in row] for row in values.tolist()],
        customdata=[list(row) for row in told],
        colorscale=AMOUNT,
        zmin=0,
        zmax=high or 1,
        showscale=False,
        hoverongaps=False,
        xgap=2,
        ygap=2,
        hovertemplate="%{customdata}<extra></extra>",
    )
    cells = [(i, j) for i in range(n) for j in range(m) if np.isfinite(values[i, j])]
    if max(n, m) <= _WRITTEN:
        filled = [bool(values[cell] > _FILLED * (high or 1)) for cell in cells]
        draw(
            sheet,
            place,
            type="scatter",
            mode="text",
            x=[j for _, j in cells],
            y=[i for i, _ in cells],
            text=[format(float(values[cell]), number) for cell in cells],
            textfont={"size": 11, "color": ["#ffffff" if dark else TEXT for dark in filled]},
            hoverinfo="skip",
        )
    return place
