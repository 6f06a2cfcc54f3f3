"""Read-out after every layer: what the final head would answer if the network ended there (view 6)."""

import numpy as np
import plotly.graph_objects as go

from playground.config import EDGE_ORDER
from playground.visualise.inside.captured import Inside
from playground.visualise.inside.crops import Corners, overlap
from playground.visualise.inside.distributions import entropy
from playground.visualise.inside.pictures import EDGE_COLOURS, FOUND, TRUTH, address, picture, put_box
from playground.visualise.inside.sheet import Sheet, across, down, draw, finish, note, panel
from playground.visualise.looks import axis

COLUMNS, ROW_PX, GAP_PX = 6, 24, 46
AMOUNT = [[0.0, "rgba(13, 148, 136, 0.05)"], [1.0, "rgba(15, 118, 110, 0.95)"]]
FEW, LARGE_PX, SMALL_PX = 4, 190, 132  # pictures of up to `FEW` layers are large ones


def reference(inside: Inside) -> tuple[Corners, str]:
    """The box to measure against and its name: the true one where it is known, else the model's own answer."""
    truth = inside.crops.truth_rel
    return (inside.box, "the answer") if truth is None else (truth, "the true box")


def layers_figure(inside: Inside) -> go.Figure:
    """Above: search region and box after each layer. Below: each edge's distribution, layer by layer."""
    depth = inside.config.depth
    against, name = reference(inside)
    lines = -(-depth // COLUMNS)
    bands = [LARGE_PX if depth <= FEW else SMALL_PX] * lines + [max(ROW_PX * depth, 110)]
    inside_px = sum(bands) + GAP_PX * lines
    *upper, lower = down(bands, GAP_PX / inside_px)
    sheet, image = Sheet(), address(inside.crops.search)
    columns = across([1] * min(depth, COLUMNS), 0.02)
    for layer in range(depth):
        box = _corners(inside.boxes[layer])
        number = picture(sheet, image, columns[layer % COLUMNS], upper[layer // COLUMNS])
        put_box(sheet, number, against, TRUTH, name, dash="dot")
        put_box(sheet, number, box, FOUND, f"after layer {layer}")
        note(sheet, number, f"layer {layer}: IoU {overlap(box, against):.2f}", 0.5, 0, yanchor="top")
    for edge, (token, span) in enumerate(zip(EDGE_ORDER, across([1] * 4, 0.03), strict=True)):
        _edge_by_layer(sheet, inside, edge, token, span, lower)
    return finish(
        sheet,
        "Read-out after every layer with the final head",
        f"Above: box, and dotted {name}. Below: distribution of each edge; dots: expectation.",
        inside_px,
        foot_px=48,
    )


def _edge_by_layer(
    sheet: Sheet, inside: Inside, edge: int, token: str, span: tuple[float, float], band: tuple[float, float]
) -> None:
    depth, first = inside.config.depth, edge == 0
    layers = list(range(depth))
    number = panel(
        sheet,
        span,
        band,
        axis("place in the search region" if first else "", range=[0, 1], tickvals=[0, 0.5, 1], showgrid=False),
        axis(
            "layer" if first else "", range=[depth - 0.5, -0.5], tickvals=layers, showticklabels=first, showgrid=False
        ),
    )
    bins = inside.config.bins
    p = inside.edges[:, edge].astype(np.float64)
    draw(
        sheet,
        number,
        type="heatmap",
        # Each row by its own peak: early layers are too flat to be seen beside the last one.
        z=np.round(p / p.max(1, keepdims=True), 3).tolist(),
        customdata=np.round(p, 5).tolist(),
        x=[i / bins for i in range(bins)],
        y=layers,
        colorscale=AMOUNT,
        showscale=False,
        ygap=2,
        hovertemplate="layer %{y}, %{x:.3f}: %{customdata:.2%}<extra></extra>",
    )
    draw(
        sheet,
        number,
        type="scatter",
        x=np.round(inside.boxes[:, edge].astype(float), 4).tolist(),
        y=layers,
        mode="lines+markers",
        line={"color": EDGE_COLOURS[token], "width": 1.5},
        marker={"color": EDGE_COLOURS[token], "size": 7, "line": {"color": "#ffffff", "width": 1}},
        text=[f"{bits:.2f} bits" for bits in entropy(inside.edges[:, edge])],
        hovertemplate=f"{token} after layer %{{y}}: %{{x:.3f}}, %{{text}}<extra></extra>",
    )
    note(sheet, number, f"<b>{token}</b>", 0.5, 1, yanchor="bottom", font={"size": 13, "color": EDGE_COLOURS[token]})


def _corners(box: np.ndarray) -> Corners:
    x1, y1, x2, y2 = box.tolist()
    return (x1, y1, x2, y2)
