"""Progressive removal: what happens to edges and box while chosen layers fade away (view 10; paper 3.3, spec 2.4)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from playground.config import EDGE_ORDER
from playground.visualise.inside.captured import Inside
from playground.visualise.inside.crops import Crops, overlap
from playground.visualise.inside.distributions import draw_distribution
from playground.visualise.inside.given import as_several, as_whole
from playground.visualise.inside.pictures import EDGE_COLOURS, FOUND, OTHER, TRUTH, address, picture, put_box
from playground.visualise.inside.sheet import Sheet, Span, axes_of, down, draw, finish, note, panel
from playground.visualise.looks import COLOURS, TEXT, axis

if TYPE_CHECKING:
    from playground.model import MixFormer

RATES = tuple(1 - i / 20 for i in range(21))
TILES_PX, PICTURE_PX, GAP_PX = 34, 290, 40


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Fading:
    """One frame seen while ``blocks`` keep ``rates`` of what they add, from 1 (whole) down; one `Inside` each."""

    blocks: tuple[int, ...]
    rates: tuple[float, ...]
    steps: tuple[Inside, ...]


def fade_through(model: "MixFormer", crops: Crops, blocks: Collection[int], rates: Sequence[float] = RATES) -> Fading:
    """Run ``model`` on one frame at each of ``rates``, which fall from 1.

    Raises ``ValueError`` naming ``blocks`` that do not exist or are no list, a ``rate`` outside 0..1, or ``rates`` that
    do not fall.
    """
    from playground.model.prune import fade
    from playground.visualise.inside.capture import look_inside

    if not rates or rates[0] != 1 or any(a <= b for a, b in pairwise(rates)):
        raise ValueError("rates: must begin with 1 and fall from step to step.")
    depth, chosen = model.config.depth, as_several("blocks", blocks)
    steps = tuple(look_inside(model, crops, fade(depth, chosen, rate)) for rate in rates)
    return Fading(blocks=tuple(sorted(chosen)), rates=tuple(rates), steps=steps)


def overlaps(fading: Fading) -> list[float]:
    """IoU, 0..1, at each rate with the true box; where that is not known, with the whole model's own box."""
    against = fading.steps[0].crops.truth_rel or fading.steps[0].box
    return [overlap(step.box, against) for step in fading.steps]


def fading_figure(fading: Fading, *, step: int) -> go.Figure:
    """Blocks as tiles, box, edges and IoU at rate number ``step``; the whole model's edges stay as dotted lines.

    Raises ``ValueError`` naming ``step`` when there is no such rate.
    """
    if not 0 <= as_whole("step", step) < len(fading.rates):
        raise ValueError(f"step: choose from 0..{len(fading.rates) - 1}; got {step}.")
    now, whole, rate = fading.steps[step], fading.steps[0], fading.rates[step]
    depth = now.config.depth
    truth = now.crops.truth_rel
    inside_px = TILES_PX + GAP_PX + PICTURE_PX
    upper, lower = down([TILES_PX, PICTURE_PX], GAP_PX / inside_px)
    sheet = Sheet()
    _tiles(sheet, depth, fading.blocks, rate, upper)
    region = picture(sheet, address(now.crops.search), (0, 0.36), lower)
    if truth is not None:
        put_box(sheet, region, truth, TRUTH, "true box", dash="dot")
    put_box(sheet, region, whole.box, OTHER, "box of the whole model", dash="dash")
    put_box(sheet, region, now.box, FOUND, "box now")
    _edges(sheet, now, whole, (0.42, 0.68), lower)
    found = overlaps(fading)
    _curve(sheet, fading, found, step, (0.77, 1), lower)
    named = ", ".join(map(str, fading.blocks)) or "none"
    return finish(
        sheet,
        f"Progressive removal of layer{'s' * (len(fading.blocks) != 1)} {named}: {rate:.2f} of what "
        f"{'it adds' if len(fading.blocks) == 1 else 'they add'} is kept",
        f"IoU with {'the whole model' if truth is None else 'the true box'} {found[step]:.2f}, before {found[0]:.2f}. "
        f"Green: now. Dashed: the whole model. Dotted: its edges{'' if truth is None else ', and the true box'}.",
        inside_px,
        foot_px=52,
    )


def _tiles(sheet: Sheet, depth: int, blocks: Collection[int], rate: float, band: Span) -> None:
    number = panel(
        sheet, (0, 1), band, {"visible": False, "range": [-0.5, depth - 0.5]}, {"visible": False, "range": [0, 1]}
    )
    x, y = axes_of(number)
    for layer in range(depth):
        fades = layer in blocks
        alive = rate if fades else 1.0
        sheet.shapes.append(
            {
                "type": "rect",
                "x0": layer - 0.44,
                "x1": layer + 0.44,
                "y0": 0,
                "y1": 1,
                "xref": x,
                "yref": y,
                "fillcolor": f"rgba({'234, 88, 12' if fades else '13, 148, 136'}, {alive:.3f})",
                "line": {
                    "color": COLOURS[2] if fades else COLOURS[0],
                    "width": 1.5,
                    "dash": "dot" if fades else "solid",
                },
            }
        )
        ink = {"size": 12, "color": "#ffffff" if alive > 0.4 else TEXT}
        note(sheet, number, f"<b>{layer}</b>", layer, 0.5, xref=x, yref=y, font=ink)
    draw(sheet, number, type="scatter", x=[None], y=[None], mode="markers", hoverinfo="skip")


def _edges(sheet: Sheet, now: Inside, whole: Inside, span: Span, band: Span) -> None:
    low, high = band
    for edge, (name, (y0, y1)) in enumerate(zip(EDGE_ORDER, down([1] * 4, 0.07), strict=True)):
        last = edge == 3
        number = panel(
            sheet,
            span,
            (low + y0 * (high - low), low + y1 * (high - low)),
            axis("place in the search region" if last else "", range=[0, 1], tickvals=[0, 0.5, 1], showticklabels=last),
            {"visible": False, "rangemode": "tozero"},
        )
        draw_distribution(sheet, number, now.edges[-1, edge], edge, upright=False, name=f"{name}, now")
        draw_distribution(
            sheet, number, whole.edges[-1, edge], edge, False, f"{name}, whole", color=TEXT, dash="dot", width=1.5
        )
        look = {"size": 12, "color": EDGE_COLOURS[name]}
        note(sheet, number, f"<b>{name}</b>", 0.005, 0.98, xanchor="left", yanchor="top", font=look)


def _curve(sheet: Sheet, fading: Fading, found: Sequence[float], step: int, span: Span, band: Span) -> None:
    number = panel(
        sheet, span, band, axis("kept", range=[1.03, -0.03], tickvals=[1, 0.5, 0]), axis("IoU", range=[0, 1.03])
    )
    draw(
        sheet,
        number,
        type="scatter",
        x=list(fading.rates),
        y=np.round(found, 4).tolist(),
        mode="lines",
        line={"color": COLOURS[0], "width": 2},
        hovertemplate="kept %{x:.2f}: IoU %{y:.2f}<extra></extra>",
    )
    draw(
        sheet,
        number,
        type="scatter",
        x=[fading.rates[step]],
        y=[round(found[step], 4)],
        mode="markers",
        marker={"color": COLOURS[2], "size": 11, "line": {"color": "#ffffff", "width": 1.5}},
        hoverinfo="skip",
    )
