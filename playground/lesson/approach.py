"""A student's edges on their way to its teacher's marginals: one frame, after more and more steps."""

from collections.abc import Mapping

import plotly.graph_objects as go

from playground.config import EDGE_ORDER
from playground.settings import require
from playground.visualise.inside import Inside
from playground.visualise.inside.corner_view import check_same_region
from playground.visualise.inside.distributions import divergence, draw_distribution
from playground.visualise.inside.pictures import EDGE_COLOURS
from playground.visualise.inside.sheet import Sheet, across, down, finish, note, panel
from playground.visualise.looks import axis

ROW_PX, GAP_PX = 84, 22


def approach_figure(teacher: Inside, students: Mapping[int, Inside]) -> go.Figure:
    """A row for each edge, a column for each of the ``students``, which are named by the steps they have learnt for.

    Filled: the teacher's marginal; line: the student; above, their KL divergence in nats. Raises ``ValueError`` naming
    ``students`` when there is none, or ``crops`` or ``bins`` where two networks cannot be compared.
    """
    require(bool(students), "students: give at least one.")
    sheet = Sheet()
    inside_px = len(EDGE_ORDER) * ROW_PX + (len(EDGE_ORDER) - 1) * GAP_PX
    top = 1.25 * max(float(side.edges[-1].max()) for side in (teacher, *students.values()))
    rows = down([1] * len(EDGE_ORDER), GAP_PX / inside_px)
    columns = across([1] * len(students), 0.03)
    for (step, student), x in zip(students.items(), columns, strict=True):
        check_same_region(teacher, student)
        kl = divergence(teacher.edges[-1], student.edges[-1]).tolist()
        for edge, (name, y) in enumerate(zip(EDGE_ORDER, rows, strict=True)):
            last = edge == len(EDGE_ORDER) - 1
            ticks = axis("", range=[0, 1], tickvals=[0, 0.5, 1], showticklabels=last, tickfont={"size": 10})
            number = panel(sheet, x, y, ticks, {"visible": False, "range": [0, top]})
            draw_distribution(sheet, number, teacher.edges[-1, edge], edge, False, f"{name}, teacher", width=0)
            sheet.traces[-1]["fill"] = "tozeroy"
            draw_distribution(sheet, number, student.edges[-1, edge], edge, False, f"{name}, student", width=2)
            at = {"xanchor": "right", "yanchor": "top", "font": {"size": 11, "color": EDGE_COLOURS[name]}}
            note(sheet, number, f"KL {kl[edge]:.2f}", 1, 1, **at)
            if x is columns[0]:
                at["xanchor"] = "left"
                note(sheet, number, f"<b>{name}</b>", 0, 1, **at)
            if edge == 0:
                note(sheet, number, f"<b>step {step}</b>", 0.5, 1, yanchor="bottom", font={"size": 12})
    return finish(
        sheet,
        "The student's edges, on their way",
        "Filled: the teacher's marginal. Line: the student. From left to right: after more steps.",
        inside_px,
        foot_px=36,
    )
