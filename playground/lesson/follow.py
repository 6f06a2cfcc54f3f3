"""The curves of a run under the cell that trains it: they grow while a front end looks on, and stay as a picture."""

import time
from collections.abc import Iterator, Sequence

import plotly.graph_objects as go

from playground.events import TrainEvent
from playground.visualise.lesson import lesson_figure
from playground.visualise.live.still import still

EVERY_S = 2.0  # between two changes of the figure: to draw takes time from training


def follow_curves(events: Iterator[TrainEvent], stage: str) -> Iterator[TrainEvent]:
    """Hand ``events`` on and show the curves of the run of ``stage`` that they come from.

    Outside of a notebook nothing is shown.
    """
    from IPython import get_ipython

    if getattr(get_ipython(), "kernel", None) is None:
        yield from events
    else:
        yield from _shown(events, stage)


def curves(events: Sequence[TrainEvent], stage: str) -> go.Figure:
    """`lesson_figure` of a ``stage``; a network that has no teacher is not called a student."""
    figure = lesson_figure(events, f"Training: {stage}")
    taught = "teacher_iou" in events[0].losses
    figure.data = [trace for trace in figure.data if trace.x]
    return figure if taught else figure.update_traces(name="network", selector={"name": "student"})


def _shown(events: Iterator[TrainEvent], stage: str) -> Iterator[TrainEvent]:
    from IPython.display import display
    from ipywidgets import VBox

    from playground.visualise.live.canvas import canvas

    seen: list[TrainEvent] = []
    drawn, bundle, place, last = None, {}, None, 0.0
    for event in events:
        seen.append(event)
        now = time.monotonic()
        if drawn is None:
            drawn = canvas(curves(seen, stage).to_json())
            bundle = VBox([drawn])._repr_mimebundle_()
            place = display(bundle, raw=True, display_id=True)
            last = now
        elif now - last > EVERY_S:
            drawn.shown.value = curves(seen, stage).to_json()
            last = now
        yield event
    if drawn is not None and place is not None:
        figure = curves(seen, stage)
        drawn.shown.value = figure.to_json()
        # The picture is for where no front end is alive.
        place.update(still("curves", figure) | bundle, raw=True)
