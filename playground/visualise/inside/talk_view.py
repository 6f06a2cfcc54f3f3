"""Do the prediction tokens look at each other? Token to token, and which heads do it most (view 7)."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from playground.visualise.inside import rows
from playground.visualise.inside.captured import Inside
from playground.visualise.inside.matrix import put_matrix
from playground.visualise.inside.rows import PREDICTION, Head
from playground.visualise.inside.sheet import Sheet, draw, finish, note

MATRIX_PX, ROW_PX = 250, 24
LEAST_SCALE = 0.05  # a share of attention that gets the full colour, or more: a hundredth of it is no lively talk


def talk(inside: Inside, layer: int, head: Head) -> Float[np.ndarray, "tokens tokens"]:
    """The attention of each prediction token (row) for each (column), in the order of edges. Raises as `token_rows`."""
    looks = rows.token_rows(inside, layer, head)
    part = rows.sources(inside.config, len(inside.crops.templates))[PREDICTION]
    return np.stack([row[part][rows.token_places(inside.config)] for row in looks.values()])


def talkers(inside: Inside) -> Float[np.ndarray, "layers h"]:
    """By layer and head, the share 0..1 of attention that a prediction token gives the others, on average."""
    config = inside.config
    table = np.empty((config.depth, config.heads))
    for layer in range(config.depth):
        for head in range(config.heads):
            among = talk(inside, layer, head)
            table[layer, head] = (among.sum() - np.trace(among)) / len(among)
    return table


def talk_figure(inside: Inside, *, layer: int, head: Head = "mean") -> go.Figure:
    """Left: token to token in ``layer``. Right: every layer and head by how much its tokens look at the others.

    Raises ``ValueError`` naming ``model`` for a dense model, ``layer`` or ``head``.
    """
    layer, head = rows.check_layer(inside, layer), rows.check_head(inside, head)
    among, ranking = talk(inside, layer, head), talkers(inside)
    names = list(rows.token_names(inside.config))
    depth, heads = ranking.shape
    sheet = Sheet()
    left = put_matrix(
        sheet,
        (0.06, 0.44),
        (0, 1),
        among,
        columns=("looked at", names),
        rows=("looking", names),
        told=[[f"{a} at {b}: {among[i, j]:.2%}" for j, b in enumerate(names)] for i, a in enumerate(names)],
        number=".2%",
        most=max(float(among.max()), LEAST_SCALE),
        square=True,
    )
    right = put_matrix(
        sheet,
        (0.58, 1),
        (0, 1),
        ranking,
        columns=("head", [str(j) for j in range(heads)]),
        rows=("layer", [str(i) for i in range(depth)]),
        told=[
            [f"layer {i}, head {j}: {ranking[i, j]:.2%} to the other tokens" for j in range(heads)]
            for i in range(depth)
        ],
        number=".2%",
        most=max(float(ranking.max()), LEAST_SCALE),
    )
    if isinstance(head, int):
        draw(
            sheet,
            right,
            type="scatter",
            x=[head],
            y=[layer],
            mode="markers",
            marker={"symbol": "circle-open", "size": 34, "color": "#ea580c", "line": {"width": 3}},
            hoverinfo="skip",
        )
    note(sheet, left, f"<b>layer {layer}, {rows.in_words(head)}</b>", 0.5, 1, yanchor="bottom")
    note(sheet, right, "<b>attention for the other tokens, by head</b>", 0.5, 1, yanchor="bottom")
    top = np.unravel_index(ranking.argmax(), ranking.shape)
    return finish(
        sheet,
        "Token-to-token attention among the prediction tokens",
        f"Most talkative: layer {top[0]}, head {top[1]}, with {ranking.max():.1%} for the other tokens.",
        max(MATRIX_PX, ROW_PX * depth),
        foot_px=56,
    )
