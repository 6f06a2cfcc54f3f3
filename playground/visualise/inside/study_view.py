"""The layer study as a figure: IoU without each layer, its influence, and choices of layers to remove."""

import plotly.graph_objects as go

from playground.visualise.inside.sheet import Sheet, Span, axes_of, draw, finish, note, panel
from playground.visualise.inside.study import SUGGESTED, LayerStudy
from playground.visualise.looks import COLOURS, TEXT, axis

PLOT_PX = 300
SUGGESTED_COLOUR, STAYS = COLOURS[2], COLOURS[0]


def study_figure(study: LayerStudy) -> go.Figure:
    """Bars by layer, those of the suggestion in another colour; at the right what each choice of layers leaves."""
    suggested = next(one for one in study.removals if one.choice == SUGGESTED)
    colours = [SUGGESTED_COLOUR if layer in suggested.layers else STAYS for layer in range(len(study.without))]
    sheet = Sheet()
    number = _bars(sheet, "IoU without it", study.without, colours, (0, 0.47), (0.55, 0.94), [0, 1])
    _line(sheet, number, study.iou)
    _bars(sheet, "block influence", study.influence, colours, (0, 0.47), (0, 0.39), None)
    _choices(sheet, study, (0.67, 1), (0, 0.94))
    names = ", ".join(map(str, suggested.layers))
    return finish(
        sheet,
        f"Layer study: which {len(suggested.layers)} of {len(study.without)} layers to remove",
        f"Suggested: {names}. IoU {suggested.iou:.2f} without, {study.iou:.2f} whole; nothing trained after; "
        f"{study.frames} frames.",
        PLOT_PX,
        foot_px=52,
        sides_px=(56, 24),
        bargap=0.3,
    )


def _bars(
    sheet: Sheet, title: str, values: tuple[float, ...], colours: list[str], x: Span, y: Span, limits: list[int] | None
) -> int:
    layers = list(range(len(values)))
    number = panel(
        sheet, x, y, axis("layer" if limits is None else "", tickvals=layers), axis("", range=limits, nticks=5)
    )
    draw(
        sheet,
        number,
        type="bar",
        x=layers,
        y=[round(value, 4) for value in values],
        marker={"color": colours},
        hovertemplate=f"layer %{{x}}: {title} %{{y:.3f}}<extra></extra>",
    )
    note(sheet, number, f"<b>{title}</b>", 0, 1, xanchor="left", yanchor="bottom", font={"size": 12})
    return number


def _line(sheet: Sheet, number: int, value: float) -> None:
    x, y = axes_of(number)
    place = {"xref": f"{x} domain", "yref": y, "x0": 0, "x1": 1, "y0": value, "y1": value}
    sheet.shapes.append({"type": "line", "line": {"color": TEXT, "width": 1.5, "dash": "dash"}, **place})
    note(sheet, number, f"whole {value:.2f}", 1, value, yref=y, xanchor="right", yanchor="bottom")


def _choices(sheet: Sheet, study: LayerStudy, x: Span, y: Span) -> None:
    number = panel(
        sheet,
        x,
        y,
        axis("", range=[0, 1.12], tickvals=[0, 0.5, 1]),
        axis("", autorange="reversed", showgrid=False, tickfont={"size": 11}),
    )
    draw(
        sheet,
        number,
        type="bar",
        orientation="h",
        x=[round(one.iou, 4) for one in study.removals],
        y=[f"{one.choice}<br>{', '.join(map(str, one.layers))}" for one in study.removals],
        marker={"color": [SUGGESTED_COLOUR if one.choice == SUGGESTED else TEXT for one in study.removals]},
        texttemplate="%{x:.2f}",
        textposition="outside",
        hovertemplate="%{y}: IoU %{x:.3f}<extra></extra>",
    )
    title = "<b>IoU without all of a choice</b>"
    note(sheet, number, title, 0, 1, xanchor="left", yanchor="bottom", font={"size": 12})
