"""The four edge distributions around the search region: left and right below it, top and bottom beside it (view 2)."""

from math import log2

import plotly.graph_objects as go

from playground.config import EDGE_ORDER
from playground.visualise.inside.captured import Inside
from playground.visualise.inside.distributions import draw_distribution, entropy, expected, sharpened
from playground.visualise.inside.pictures import EDGE_COLOURS, FOUND, TRUTH, address, picture, put_box
from playground.visualise.inside.rows import check_layer
from playground.visualise.inside.sheet import Sheet, Span, axes_of, finish, note, panel
from playground.visualise.looks import axis

PICTURE_PX, BESIDE_PX, GAP_PX = 320, 120, 12
WIDTH_PX = PICTURE_PX + GAP_PX + BESIDE_PX
SIDES_PX = (16, 64)
# Where in its panel the numbers of each edge stand, and which corner of them is there.
WORDS_AT = (
    (0.01, 1, "left", "top"),
    (0.98, 0.99, "right", "top"),
    (0.99, 1, "right", "top"),
    (0.98, 0.01, "right", "bottom"),
)


def edges_figure(inside: Inside, *, layer: int | None = None, temperature: float = 1.0) -> go.Figure:
    """Search region with the box, each edge's distribution along the side on which it moves, its mean as a line.

    ``layer``: read off after this one with the final head; the model's answer if None. ``temperature`` below 1
    sharpens. Raises ``ValueError`` naming ``layer`` or ``temperature``.
    """
    edges = sharpened(inside.edges[-1 if layer is None else check_layer(inside, layer)], temperature)
    x1, y1, x2, y2 = expected(edges).tolist()
    bits = entropy(edges)
    sheet = Sheet()
    split = BESIDE_PX / WIDTH_PX
    left: Span = (0.0, 1 - split - GAP_PX / WIDTH_PX)
    upper: Span = (split + GAP_PX / WIDTH_PX, 1.0)
    region = picture(sheet, address(inside.crops.search), left, upper)
    if inside.crops.truth_rel is not None:
        put_box(sheet, region, inside.crops.truth_rel, TRUTH, "true box", dash="dot")
    put_box(sheet, region, (x1, y1, x2, y2), FOUND, "box found")
    likely = {"visible": False, "rangemode": "tozero"}
    fractions = {"tickvals": [0, 0.25, 0.5, 0.75, 1], "tickfont": {"size": 10}, "automargin": False}
    in_x = axis("x in the search region", range=[0, 1], **fractions)
    in_y = axis("y in the search region", range=[1, 0], side="right", **fractions)
    sideways = panel(sheet, left, (0, split), in_x, likely)
    upright = panel(sheet, (1 - split, 1), upper, likely, in_y)
    for edge, (name, place) in enumerate(zip(EDGE_ORDER, (x1, y1, x2, y2), strict=True)):
        across = edge % 2 == 0
        number = sideways if across else upright
        draw_distribution(sheet, number, edges[edge], edge, upright=not across)
        for plot in (number, region):
            _mean_line(sheet, plot, place, EDGE_COLOURS[name], across)
        text = f"<b>{name}</b> {place:.3f}<br>{bits[edge]:.1f} bits"
        look = {"size": 12, "color": EDGE_COLOURS[name]}
        x, y, right, up = WORDS_AT[edge]
        note(sheet, number, text, x, y, xanchor=right, align=right, yanchor=up, font=look)
    where = "the model's answer" if layer is None else f"read after layer {layer} with the final head"
    warm = "" if temperature == 1 else f", temperature {temperature:g}"
    return finish(
        sheet,
        f"Edge distributions, {where}{warm}",
        f"Dashed: expectations. Entropy in bits, {log2(inside.config.bins):.1f} where every bin is as likely.",
        WIDTH_PX,
        foot_px=52,
        sides_px=SIDES_PX,
        width=WIDTH_PX + sum(SIDES_PX),
    )


def _mean_line(sheet: Sheet, number: int, place: float, colour: str, across: bool) -> None:
    x, y = axes_of(number)
    along, over = ("x", "y") if across else ("y", "x")
    sheet.shapes.append(
        {
            "type": "line",
            f"{along}0": place,
            f"{along}1": place,
            f"{over}0": 0,
            f"{over}1": 1,
            "xref": x if across else f"{x} domain",
            "yref": f"{y} domain" if across else y,
            "line": {"color": colour, "width": 1.4, "dash": "dash"},
        }
    )
