"""Attention budget: how much of each prediction token's attention goes to which source, layer by layer (view 4)."""

import numpy as np
import plotly.graph_objects as go

from playground.visualise.inside import rows
from playground.visualise.inside.captured import Inside
from playground.visualise.inside.pictures import EDGE_COLOURS
from playground.visualise.inside.rows import PREDICTION, SEARCH, Head
from playground.visualise.inside.sheet import Sheet, across, draw, finish, note, panel
from playground.visualise.looks import COLOURS, TEXT, axis

ROW_PX, FOOT_PX = 30, 96
ITSELF, OTHERS = "itself", "other prediction tokens"
SOURCE_COLOURS = {
    SEARCH: COLOURS[0],
    "template": COLOURS[1],
    "online template": COLOURS[4],
    ITSELF: COLOURS[7],
    OTHERS: COLOURS[6],
}


def budget(inside: Inside, head: Head) -> dict[str, list[dict[str, float]]]:
    """By prediction token, layer by layer, the share 0..1 of its attention by source; each layer sums to 1.

    What a token keeps for itself is a source of its own, beside what it gives the others where there are others.
    """
    parts = rows.sources(inside.config, len(inside.crops.templates))
    places = dict(zip(rows.token_names(inside.config), rows.token_places(inside.config), strict=True))
    among = parts.pop(PREDICTION)
    shares: dict[str, list[dict[str, float]]] = {token: [] for token in places}
    for layer in range(inside.config.depth):
        for token, row in rows.token_rows(inside, layer, head).items():
            found = {name: float(row[part].sum()) for name, part in parts.items()}
            found[ITSELF] = float(row[among][places[token]])
            if len(places) > 1:
                found[OTHERS] = float(np.delete(row[among], places[token]).sum())
            shares[token].append(found)
    return shares


def budget_figure(inside: Inside, *, head: Head = "mean") -> go.Figure:
    """A panel for each prediction token, a bar for each layer, the first at the top; a click on one is about its layer.

    Raises ``ValueError`` naming ``model`` for a dense model, or ``head``.
    """
    shares = budget(inside, head)
    depth = inside.config.depth
    sheet = Sheet()
    for i, (token, span) in enumerate(zip(shares, across([1] * len(shares), 0.05), strict=True)):
        number = panel(
            sheet,
            span,
            (0, 1),
            axis("", range=[0, 1], tickformat=".0%", tickvals=[0, 0.5, 1], tickfont={"size": 11}),
            axis(
                "layer" if i == 0 else "",
                range=[depth - 0.5, -0.5],
                tickvals=list(range(depth)),
                showticklabels=i == 0,
                showgrid=False,
            ),
        )
        note(
            sheet, number, f"<b>{token}</b>", 0.5, 1, yanchor="bottom", font={"size": 14, "color": EDGE_COLOURS[token]}
        )
        for name in shares[token][0]:
            draw(
                sheet,
                number,
                type="bar",
                orientation="h",
                x=[round(layer[name], 4) for layer in shares[token]],
                y=list(range(depth)),
                customdata=[{"layer": layer} for layer in range(depth)],
                name=name,
                legendgroup=name,
                showlegend=i == 0,
                marker={"color": SOURCE_COLOURS.get(name, TEXT), "line": {"width": 0}},
                hovertemplate=f"layer %{{y}}: %{{x:.1%}} to {name}<extra></extra>",
            )
    return finish(
        sheet,
        f"Attention budget of the prediction tokens, {rows.in_words(head)}",
        "Share of each token's attention by what it looks at.",
        ROW_PX * depth + 20,
        foot_px=FOOT_PX,
        barmode="stack",
        bargap=0.25,
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom", "traceorder": "normal"},
    )
