"""Who may look at whom: the asymmetric mask, drawn to scale, and what it saves, as measured (view 5)."""

from collections.abc import Mapping

import plotly.graph_objects as go

from playground.config import ModelConfig
from playground.visualise.inside.cost import ASYMMETRIC, CACHED, SYMMETRIC, Cost
from playground.visualise.inside.given import as_whole
from playground.visualise.inside.sheet import Sheet, Span, axes_of, draw, finish, note, panel
from playground.visualise.looks import COLOURS, TEXT, axis

MASK_PX = 330
NEVER, ONCE, EVERY = "rgba(123, 135, 148, 0.18)", COLOURS[1], COLOURS[0]
BARS = {CACHED: EVERY, ASYMMETRIC: ONCE, SYMMETRIC: TEXT}
WORDS = {
    CACHED: "asymmetric,<br>templates remembered",
    ASYMMETRIC: "asymmetric,<br>templates every frame",
    SYMMETRIC: "symmetric",
}


def mask_figure(config: ModelConfig, costs: Mapping[str, Cost], *, templates: int = 2) -> go.Figure:
    """The mask of a model with that many ``templates``, beside what `measure_costs` gave as bars.

    Rows look at columns. Raises ``ValueError`` naming ``costs`` when one of the three ways is missing, or
    ``templates`` below 1.
    """
    if missing := [name for name in BARS if name not in costs]:
        raise ValueError(f"costs: {missing[0]!r} is missing; take what measure_costs gave.")
    if as_whole("templates", templates) < 1:
        raise ValueError(f"templates: must be at least 1; got {templates}.")
    remembered = templates * config.template_grid**2
    own = config.search_grid**2 + config.prediction_tokens
    sheet = Sheet()
    _mask(sheet, remembered, own, bool(config.prediction_tokens), (0.16, 0.45), (0, 0.87))
    _bars(sheet, "million MACs", {name: costs[name].macs / 1e6 for name in BARS}, ".3~s", (0.69, 1), (0.54, 0.92))
    _bars(sheet, "milliseconds", {name: costs[name].ms for name in BARS}, ".3~g", (0.69, 1), (0, 0.38))
    saved = 1 - costs[CACHED].macs / costs[SYMMETRIC].macs
    faster = 1 - costs[CACHED].ms / costs[SYMMETRIC].ms
    return finish(
        sheet,
        "Asymmetric mixed attention: templates never look at the search region",
        f"So they are encoded once and remembered: {saved:.0%} fewer MACs a frame, "
        f"{abs(faster):.0%} {'less' if faster >= 0 else 'more'} time, as measured just now.",
        MASK_PX,
        foot_px=40,
        bargap=0.35,
    )


def _mask(sheet: Sheet, remembered: int, own: int, tokens: bool, span: Span, band: Span) -> None:
    whole = remembered + own
    plain = {"showgrid": False, "zeroline": False, "constrain": "domain", "tickfont": {"size": 11}}
    middle = [remembered / 2, remembered + own / 2]
    others = "search and<br>prediction tokens" if tokens else "search tokens"
    names = [f"templates<br>{remembered} tokens", f"{others}<br>{own} tokens"]
    scale = axes_of(sheet.panels + 1)[0]
    ticks = {"tickvals": middle, "ticktext": names, **plain}
    number = panel(
        sheet,
        span,
        band,
        axis("", range=[0, whole], side="top", **ticks),
        axis("", range=[whole, 0], scaleanchor=scale, **ticks),
    )
    x, y = axes_of(number)
    blocks = (
        ((0, remembered), (0, remembered), ONCE, "once a<br>template"),
        ((remembered, whole), (0, remembered), NEVER, "never computed"),
        ((0, remembered), (remembered, whole), EVERY, "every<br>frame,<br>from<br>memory"),
        ((remembered, whole), (remembered, whole), EVERY, "every frame"),
    )
    for (x0, x1), (y0, y1), colour, words in blocks:
        place = {"x0": x0, "x1": x1, "y0": y0, "y1": y1, "xref": x, "yref": y}
        sheet.shapes.append(
            {"type": "rect", "fillcolor": colour, "line": {"color": "rgba(255, 255, 255, 0.7)", "width": 2}, **place}
        )
        ink = TEXT if colour == NEVER else "#ffffff"
        note(
            sheet,
            number,
            words,
            (x0 + x1) / 2,
            (y0 + y1) / 2,
            xref=x,
            yref=y,
            font={"size": 12, "color": ink},
        )
    # Shapes alone do not tell plotly that the panel is in use.
    draw(sheet, number, type="scatter", x=[None], y=[None], mode="markers", hoverinfo="skip")


def _bars(sheet: Sheet, title: str, values: Mapping[str, float], shown: str, x: Span, y: Span) -> None:
    number = panel(
        sheet,
        x,
        y,
        axis("", range=[0, max(values.values()) * 1.2], visible=False),
        axis("", autorange="reversed", showgrid=False, tickfont={"size": 11}),
    )
    draw(
        sheet,
        number,
        type="bar",
        orientation="h",
        x=list(values.values()),
        y=[WORDS[name] for name in values],
        marker={"color": [BARS[name] for name in values]},
        texttemplate=f"%{{x:{shown}}}",
        textposition="outside",
        hovertemplate="%{y}: %{x:.4~g}<extra></extra>",
    )
    note(sheet, number, f"<b>{title} a frame</b>", 0, 1, yanchor="bottom", xanchor="left", font={"size": 12})
