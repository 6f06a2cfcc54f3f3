"""A dense teacher's corner maps with their marginals, against the student's edges and the KL between them (view 3)."""

import numpy as np
import plotly.graph_objects as go

from playground.config import EDGE_ORDER
from playground.visualise.inside.captured import Inside
from playground.visualise.inside.distributions import divergence, draw_distribution
from playground.visualise.inside.pictures import EDGE_COLOURS, FOUND, HEAT, OTHER, address, dimmed, picture, put_box
from playground.visualise.inside.sheet import Sheet, across, draw, finish, note, panel
from playground.visualise.looks import axis

PICTURE_PX, BESIDE_PX, GAP_PX, BETWEEN_PX = 280, 90, 8, 44
SIDES_PX = (16, 40)
CORNERS = {"top-left": (0, 1), "bottom-right": (2, 3)}  # the edges whose distributions are its marginals: x, then y
INSIDE_PX = PICTURE_PX + GAP_PX + BESIDE_PX


def corners_figure(teacher: Inside, student: Inside | None = None) -> go.Figure:
    """Two maps of the ``teacher`` on the search region; summed over rows below, over columns beside: one edge each.

    Filled: the teacher's marginal. Line, where there is a ``student``: its distribution of that edge; KL in nats, as
    the loss has it.
    Raises ``ValueError`` naming ``teacher`` when it has no corner head, ``bins`` when the numbers of bins differ, or
    ``crops`` when the two did not look at the same search region.
    """
    if teacher.corners is None:
        raise ValueError("teacher: has no corner head, so no maps; choose a model with head='corners'.")
    kl: list[float] = []
    if student is not None:
        check_same_region(teacher, student)
        kl = divergence(teacher.edges[-1], student.edges[-1]).tolist()
    ground = address(dimmed(teacher.crops.search))
    sheet = Sheet()
    beside = BESIDE_PX / INSIDE_PX
    upper = (beside + GAP_PX / INSIDE_PX, 1.0)
    for (corner, edges), map_, (start, end) in zip(
        CORNERS.items(), teacher.corners, across([1, 1], BETWEEN_PX / (2 * INSIDE_PX + BETWEEN_PX)), strict=True
    ):
        left, right = across([PICTURE_PX, BESIDE_PX], GAP_PX / INSIDE_PX)
        wide = end - start
        spans = [(start + a * wide, start + b * wide) for a, b in (left, right)]
        region = picture(sheet, ground, spans[0], upper)
        _put_map(sheet, region, map_)
        put_box(sheet, region, teacher.box, OTHER, "teacher's box")
        if student is not None:
            put_box(sheet, region, student.box, FOUND, "student's box", dash="dash")
        note(sheet, region, f"<b>{corner} corner</b>", 0.5, 1, yanchor="bottom", font={"size": 13})
        plain = {"visible": False, "rangemode": "tozero"}
        fraction = {"tickvals": [0, 0.5, 1], "tickfont": {"size": 10}, "automargin": False}
        numbers = (
            panel(sheet, spans[0], (0, beside), axis("", range=[0, 1], **fraction), plain),
            panel(sheet, spans[1], upper, plain, axis("", range=[1, 0], side="right", **fraction)),
        )
        for edge, number, upright in zip(edges, numbers, (False, True), strict=True):
            name = EDGE_ORDER[edge]
            draw_distribution(sheet, number, teacher.edges[-1, edge], edge, upright, f"{name}, teacher", width=0)
            sheet.traces[-1]["fill"] = "tozerox" if upright else "tozeroy"
            if student is not None:
                draw_distribution(sheet, number, student.edges[-1, edge], edge, upright, f"{name}, student", width=2)
            text = f"<b>{name}</b>" + (f"<br>KL {kl[edge]:.2f}" if kl else "")
            look = {"size": 12, "color": EDGE_COLOURS[name]}
            note(sheet, number, text, 0.99, 0.99, xanchor="right", yanchor="top", align="right", font=look)
    return finish(
        sheet,
        "Corner maps of the teacher, their marginals, and the student's edges"
        if kl
        else "Corner maps, and their marginals",
        f"Filled: teacher's marginal; line: student; KL in nats, mean {sum(kl) / len(kl):.2f}. "
        "Box of the teacher solid, of the student dashed."
        if kl
        else "Each map sums to 1. Summed over its rows and over its columns it gives two edges of the box.",
        INSIDE_PX,
        foot_px=36,
        sides_px=SIDES_PX,
        width=2 * INSIDE_PX + BETWEEN_PX + sum(SIDES_PX),
    )


def check_same_region(one: Inside, other: Inside) -> None:
    """Raise ``ValueError`` naming ``crops`` unless both models looked at the same part of the frame."""
    if one.crops.place.region != other.crops.place.region:
        raise ValueError("crops: both models must look at the same search region; cut it with the same box and factor.")


def _put_map(sheet: Sheet, number: int, map_: np.ndarray) -> None:
    places = [i / len(map_) for i in range(len(map_))]
    draw(
        sheet,
        number,
        type="heatmap",
        z=[[float(f"{z:.3g}") for z in row] for row in map_.tolist()],
        x=places,
        y=places,
        colorscale=HEAT,
        showscale=False,
        hovertemplate="x %{x:.3f}, y %{y:.3f}: %{z:.2%}<extra></extra>",
    )
