"""A track over time: score, entropy of the edges, and what became of the online template (view 11)."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from playground.visualise.inside.moments import Moment
from playground.visualise.inside.pictures import address
from playground.visualise.inside.sheet import Sheet, Span, axes_of, down, draw, finish, panel
from playground.visualise.looks import COLOURS, as_text, axis

MARKS = {
    "taken": ("diamond", COLOURS[1]),
    "forced": ("triangle-up", COLOURS[0]),
    "vetoed": ("x", COLOURS[8]),
}
PLOT_PX, UPDATES_PX, GAP_PX = 130, 76, 22
MOST_PICTURES = 12  # as many templates as stand beside each other


def timeline_figure(
    moments: Sequence[Moment],
    *,
    lost_score: float = 0.3,
    overlap: Float[np.ndarray, "n"] | None = None,
    against: str = "the true box",
) -> go.Figure:
    """Panels under each other: score with ``lost_score`` dashed, entropy in bits, IoU if given, and the updates.

    A click on a curve or a mark is about its frame's ``place`` in the clip.

    ``overlap``: IoU, 0..1, a frame ``against`` something, such as another tracker; NaN leaves a gap. Raises
    ``ValueError`` naming ``moments`` for fewer than two frames, or ``overlap`` of another length.
    """
    if len(moments) < 2:
        raise ValueError(f"moments: a timeline needs a clip of at least 2 frames; got {len(moments)}.")
    if overlap is not None and len(overlap) != len(moments):
        raise ValueError(f"overlap: give one value a frame, {len(moments)} of them; got {len(overlap)}.")
    frames = [moment.event.index for moment in moments]
    scores = [moment.event.score for moment in moments]
    scored = any(score is not None for score in scores)
    curves: list[tuple[str, list[float | None], str, float | None]] = []
    if scored:
        curves.append(("score", scores, COLOURS[0], 1.03))
    curves.append(("entropy (bits)", [moment.entropy for moment in moments], COLOURS[2], None))
    if overlap is not None:
        values = [value if value == value else None for value in overlap.tolist()]
        curves.append((f"IoU with {as_text(against)}", values, COLOURS[3], 1.03))
    sizes = [PLOT_PX] * len(curves) + [UPDATES_PX]
    inside_px = sum(sizes) + GAP_PX * len(curves)
    *bands, lowest = down(sizes, GAP_PX / inside_px)
    sheet = Sheet()
    ends = [frames[0] - 0.5, frames[-1] + 0.5]
    for (name, values, colour, high), band in zip(curves, bands, strict=True):
        across = axis("", range=ends, showticklabels=False, matches="x" if sheet.panels else None)
        number = panel(sheet, (0, 1), band, across, axis(name, range=[0, high], rangemode="tozero", nticks=4))
        draw(
            sheet,
            number,
            type="scatter",
            x=frames,
            y=[None if value is None else round(value, 4) for value in values],
            customdata=[{"place": place} for place in range(len(moments))],
            mode="lines" if len(frames) > 2 else "markers",
            name=name,
            showlegend=False,
            line={"color": colour, "width": 2},
            hovertemplate=f"frame %{{x}}: {name} %{{y:.3f}}<extra></extra>",
        )
    _shade_lost(sheet, moments)
    if scored:
        level = {"x0": 0, "x1": 1, "xref": "x domain", "y0": lost_score, "y1": lost_score, "yref": "y"}
        sheet.shapes.append({"type": "line", "line": {"color": COLOURS[8], "width": 1, "dash": "dash"}, **level})
    _updates(sheet, moments, ends, lowest)
    counts = {mark: sum(moment.update == mark for moment in moments) for mark in MARKS}
    why = "" if scored else " This model gives no score, so it takes no online template by itself."
    return finish(
        sheet,
        "Score, entropy of the edges, and online-template updates",
        f"Templates {', '.join(f'{mark}: {count}' for mark, count in counts.items())}. Shaded: lost.{why}",
        inside_px,
        foot_px=80,
        sides_px=(64, 16),
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom"},
    )


def _shade_lost(sheet: Sheet, moments: Sequence[Moment]) -> None:
    """A rectangle over the first panel for every run of frames in which the target was lost."""
    for lost, run in groupby(moments, key=lambda moment: moment.event.lost):
        if lost:
            first, *_, last = [moment.event.index for moment in run] * 2
            place = {"x0": first - 0.5, "x1": last + 0.5, "xref": "x", "y0": 0, "y1": 1, "yref": "y domain"}
            sheet.shapes.append(
                {"type": "rect", "fillcolor": COLOURS[8], "opacity": 0.15, "line": {"width": 0}, **place}
            )


def _updates(sheet: Sheet, moments: Sequence[Moment], ends: list[float], band: Span) -> None:
    number = panel(
        sheet,
        (0, 1),
        band,
        axis("frame", range=ends, matches="x"),
        axis("updates", range=[0, 1], showticklabels=False, showgrid=False),
    )
    x, y = axes_of(number)
    for mark, (symbol, colour) in MARKS.items():
        marked = [(place, moment) for place, moment in enumerate(moments) if moment.update == mark]
        draw(
            sheet,
            number,
            type="scatter",
            x=[moment.event.index for _, moment in marked] or [None],
            customdata=[{"place": place} for place, _ in marked] or [None],
            y=[0.12] * max(len(marked), 1),
            mode="markers",
            name=f"online template {mark}",
            showlegend=True,
            marker={"symbol": symbol, "color": colour, "size": 11},
            hovertemplate=f"frame %{{x}}: {mark}<extra></extra>",
        )
    shown = [(moment.event.index, moment.template) for moment in moments if moment.template is not None]
    wide = (ends[1] - ends[0]) / (MOST_PICTURES + 1)
    for index, template in shown[:: -(-len(shown) // MOST_PICTURES) or 1]:
        sheet.images.append(
            {
                "source": address(template),
                "xref": x,
                "yref": y,
                "x": index,
                "y": 1,
                "sizex": wide,
                "sizey": 0.72,
                "xanchor": "center",
                "yanchor": "top",
                "sizing": "contain",
            }
        )
