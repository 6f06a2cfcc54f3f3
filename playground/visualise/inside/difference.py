"""Where teacher and student look, and where one looks more than the other (view 9)."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from playground.visualise.inside import rows
from playground.visualise.inside.captured import Inside
from playground.visualise.inside.corner_view import check_same_region
from playground.visualise.inside.pictures import (
    EDGE_COLOURS,
    FOUND,
    OTHER,
    address,
    dimmed,
    picture,
    put_box,
    put_heat,
)
from playground.visualise.inside.rows import JOINS, SEARCH
from playground.visualise.inside.sheet import Sheet, across, down, finish, note
from playground.visualise.looks import TEXT

ROW_PX, GAP_PX = 190, 20
EVERY = "all tokens"
# The colours of their boxes: the student's below 0, the teacher's above.
MORE = [
    [0.0, "rgba(45, 212, 160, 0.95)"],
    [0.5, "rgba(140, 140, 140, 0)"],
    [1.0, "rgba(251, 191, 36, 0.95)"],
]


def search_heat(inside: Inside, layer: int, head: str, tokens: bool) -> dict[str, Float[np.ndarray, "g g"]]:
    """The share of attention that falls on each patch of the search region: of each prediction token if ``tokens``,
    else of search and prediction tokens on average, which a dense model has too.

    ``head`` is one of `playground.visualise.inside.rows.JOINS`. Raises ``ValueError`` as
    `playground.visualise.inside.rows.token_rows` does, or naming ``head`` for a rollout without prediction tokens.
    """
    part = rows.sources(inside.config, len(inside.crops.templates))[SEARCH]
    if tokens:
        return {name: rows.as_grid(row, part) for name, row in rows.token_rows(inside, layer, head).items()}
    layer = rows.check_layer(inside, layer)
    if head not in ("mean", "max"):
        raise ValueError(f"head: over all tokens choose mean or max; got {head}.")
    by_head = inside.attention[layer]
    joined = by_head.mean(0) if head == "mean" else by_head.max(0)
    return {EVERY: rows.as_grid((joined / joined.sum(-1, keepdims=True)).mean(0), part)}


def regridded(heat: Float[np.ndarray, "g g"], side: int) -> Float[np.ndarray, "side side"]:
    """The map on another grid: each patch is divided among those that it overlaps, so the sum stays the same."""
    old = len(heat)
    edges = np.arange(side + 1)[:, None] / side
    starts, ends = (np.arange(old) + shift for shift in (0, 1))
    shared = np.minimum(edges[1:], ends / old) - np.maximum(edges[:-1], starts / old)
    share = np.clip(shared, 0, None) * old
    return share @ heat @ share.T


def difference_figure(
    teacher: Inside, student: Inside, *, layers: tuple[int, int] | None = None, head: str = "mean"
) -> go.Figure:
    """Rows: where the teacher looks on the search region, where the student does, and the first minus the second.

    ``layers`` of teacher and student, the last ones if None. Columns are the prediction tokens where both models have
    the same ones, else all tokens together. Raises ``ValueError`` naming ``crops`` unless both look at the same search
    region, or as `search_heat` does.
    """
    check_same_region(teacher, student)
    layer = layers or (teacher.config.depth - 1, student.config.depth - 1)
    tokens = teacher.config.prediction_tokens == student.config.prediction_tokens > 0
    side = student.config.search_grid
    maps = [search_heat(one, at, head, tokens) for one, at in zip((teacher, student), layer, strict=True)]
    inside_px = 3 * ROW_PX + 2 * GAP_PX
    bands = down([1, 1, 1], GAP_PX / inside_px)
    ground = address(dimmed(student.crops.search))
    sheet = Sheet()
    for name, span in zip(maps[0], across([1] * len(maps[0]), 0.02), strict=True):
        theirs, ours = regridded(maps[0][name], side), maps[1][name]
        most = float(max(theirs.max(), ours.max()))
        told = (f"{one} {heat.sum():.0%}" for one, heat in (("teacher", theirs), ("student", ours)))
        said = (*told, f"to be moved {np.abs(theirs - ours).sum() / 2:.0%}")
        for row, (heat, band, words) in enumerate(zip((theirs, ours, theirs - ours), bands, said, strict=True)):
            number = picture(sheet, ground, span, band)
            # A difference has a scale of its own, but one that keeps a small one small.
            bright = most if row < 2 else max(float(np.abs(heat).max()), most / 4)
            put_heat(sheet, number, heat, bright)
            if row == 2:
                sheet.traces[-1].update(colorscale=MORE, zmin=-bright or -1)
            if row != 1:
                put_box(sheet, number, teacher.box, OTHER, "teacher's box")
            if row != 0:
                put_box(sheet, number, student.box, FOUND, "student's box", dash="dash")
            note(sheet, number, words, 0.5, 0, yanchor="top")
            if row == 0:
                look = {"size": 14, "color": EDGE_COLOURS.get(name, TEXT)}
                note(sheet, number, f"<b>{name}</b>", 0.5, 1, yanchor="bottom", font=look)
    joined = f"{head} of the heads" if head in JOINS[:2] else head
    return finish(
        sheet,
        f"Attention on the search region: teacher, layer {layer[0]}, and student, layer {layer[1]}, {joined}",
        "Lowest row: amber where the teacher looks more, green where the student does. "
        "In words: shares of all attention.",
        inside_px,
        foot_px=28,
    )
