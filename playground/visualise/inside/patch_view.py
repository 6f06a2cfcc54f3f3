"""From a patch back to the tokens: which edges looked at this patch of the search region, layer by layer (view 8)."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from playground.visualise.inside import rows
from playground.visualise.inside.captured import Inside
from playground.visualise.inside.given import as_whole
from playground.visualise.inside.matrix import put_matrix
from playground.visualise.inside.pictures import FOUND, OTHER, address, picture, put_box
from playground.visualise.inside.rows import SEARCH, Head
from playground.visualise.inside.sheet import Sheet, draw, finish, note

PICTURE_PX = 300
UNSEEN = "rgba(0, 0, 0, 0)"


def looked_at(inside: Inside, row: int, column: int, head: Head) -> Float[np.ndarray, "tokens layers"]:
    """The share 0..1 of each prediction token's attention in each layer that falls on one patch of the search region.

    Patches count from 0 at the top left. Raises ``ValueError`` naming ``row`` or ``column`` outside the grid, or as
    `playground.visualise.inside.rows.token_rows` does.
    """
    side = inside.config.search_grid
    for name, value in (("row", row), ("column", column)):
        if not 0 <= as_whole(name, value) < side:
            raise ValueError(f"{name}: the search region has patches 0..{side - 1} a side; got {value}.")
    part = rows.sources(inside.config, len(inside.crops.templates))[SEARCH]
    by_layer = [rows.token_rows(inside, layer, head) for layer in range(inside.config.depth)]
    return np.array(
        [[looks[name][part][row * side + column] for looks in by_layer] for name in rows.token_names(inside.config)]
    )


def patch_figure(inside: Inside, *, row: int, column: int, head: Head = "mean") -> go.Figure:
    """Left: the patch on the search region; a click chooses another. Right: tokens by layers.

    Raises as `looked_at` does.
    """
    shares = looked_at(inside, row, column, head)
    side, depth = inside.config.search_grid, inside.config.depth
    names = list(rows.token_names(inside.config))
    sheet = Sheet()
    region = picture(sheet, address(inside.crops.search), (0, 0.4), (0, 1))
    _patches_to_click(sheet, region, side)
    put_box(sheet, region, inside.box, FOUND, "box found")
    corners = (column / side, row / side, (column + 1) / side, (row + 1) / side)
    put_box(sheet, region, corners, OTHER, f"patch in row {row}, column {column}")
    even = shares * inside.attention.shape[-1]
    number = put_matrix(
        sheet,
        (0.52, 1),
        (0.2, 0.9),
        even,
        columns=("layer", [str(i) for i in range(depth)]),
        rows=("", names),
        told=[
            [f"{name}, layer {i}: {shares[token, i]:.2%} of its attention" for i in range(depth)]
            for token, name in enumerate(names)
        ],
        number=".1f" if depth <= 8 else ".0f",
        most=max(float(even.max()), 2.0),
    )
    note(sheet, number, "<b>attention for this patch; 1 is an even spread</b>", 0.5, 1, yanchor="bottom")
    token, layer = np.unravel_index(shares.argmax(), shares.shape)
    return finish(
        sheet,
        f"Which edges looked at the patch in row {row}, column {column}, {rows.in_words(head)}",
        f"Most: {names[token]} in layer {layer}, with {shares.max():.1%} of its attention.",
        PICTURE_PX,
    )


def _patches_to_click(sheet: Sheet, number: int, side: int) -> None:
    """A layer that nobody sees over the picture, which itself takes no clicks."""
    centres = [(i + 0.5) / side for i in range(side)]
    draw(
        sheet,
        number,
        type="heatmap",
        z=[[0] * side] * side,
        x=centres,
        y=centres,
        customdata=[[{"row": row, "column": column} for column in range(side)] for row in range(side)],
        colorscale=[[0, UNSEEN], [1, UNSEEN]],
        showscale=False,
        hovertemplate="row %{customdata.row}, column %{customdata.column}<extra></extra>",
    )
