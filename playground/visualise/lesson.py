"""A short distillation while it runs: is the student catching up with its teacher, and which term of the loss falls."""

from collections.abc import Sequence

import plotly.graph_objects as go

from playground.events import TrainEvent
from playground.visualise.inside.sheet import Sheet, across, draw, finish, panel
from playground.visualise.looks import COLOURS, as_text, axis

PLOT_PX = 210
LATELY = 6  # events over which a curve is drawn as a mean: a single small batch says little
# Terms by the names that a reader knows them by; what a network is not taught by is left out.
TERMS = {"l1": "box, L1", "iou": "box, CIoU", "edges": "edges, KL", "features": "features"}


def lesson_figure(events: Sequence[TrainEvent], title: str = "The lesson") -> go.Figure:
    """Left: IoU with the true box of student and teacher on the same crops. Right: each loss as a share of its largest
    value, without its weight. Curves are means of the last few events. Raises ``ValueError`` naming ``events``.
    """
    if not events:
        raise ValueError("events: give at least one event of the training.")
    steps = [event.step for event in events]
    sheet = Sheet()
    left, right = across([1, 1], 0.12)
    ends = [0, events[-1].steps]
    iou = panel(sheet, left, (0, 1), axis("step", range=ends), axis("IoU", range=[0, 1], nticks=5))
    for name, colour, dash in (("teacher", COLOURS[0], "dot"), ("student", COLOURS[1], "solid")):
        _curve(sheet, iou, steps, _lately(events, f"{name}_iou"), name, colour, dash)
    share = panel(sheet, right, (0, 1), axis("step", range=ends), axis("loss, share of its largest", range=[0, 1.03]))
    taught = [(name, label) for name, label in TERMS.items() if name in events[0].losses]
    for (name, label), colour in zip(taught, COLOURS[2:], strict=False):
        values = _lately(events, name)
        _curve(sheet, share, steps, [value / max(*values, 1e-12) for value in values], label, colour)
    last = events[-1]
    return finish(
        sheet,
        as_text(title),
        f"Step {last.step} of {last.steps}, {last.samples_s:.0f} search regions a second.",
        PLOT_PX,
        foot_px=92,
        sides_px=(56, 12),
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom"},
    )


def _lately(events: Sequence[TrainEvent], name: str) -> list[float]:
    values = [event.losses[name] for event in events if name in event.losses]
    recent = (values[max(0, i - LATELY + 1) : i + 1] for i in range(len(values)))
    return [sum(some) / len(some) for some in recent]


def _curve(
    sheet: Sheet, number: int, steps: list[int], values: list[float], name: str, colour: str, dash: str = "solid"
) -> None:
    draw(
        sheet,
        number,
        type="scatter",
        x=steps[: len(values)],
        y=[round(value, 4) for value in values],
        mode="lines" if len(values) > 1 else "markers",
        name=name,
        line={"color": colour, "width": 2, "dash": dash},
        hovertemplate=f"step %{{x}}: {name} %{{y:.3f}}<extra></extra>",
    )
