"""The curves of a run under the cell that trains it: they grow while a front end looks on, and stay as a picture."""

import time
from collections.abc import Iterator, Sequence

import plotly.graph_objects as go

from playground.events import TrainEvent
from playground.visualise.lesson import lesson_figure
from playground.visualise.live.still import still

EVERY_S = 2.0  # between two changes of the figure: to draw takes time from training


def follow_curves(events: Iterator[TrainEvent]) -> Iterator[TrainEvent]:
    """Hand ``events`` on and show the curves of the run that they come from.

    Outside of a notebook nothing is shown.
    """
    from IPython import get_ipython

    if getattr(get_ipython(), "kernel", None) is None:
        yield from events
    else:
        yield from _shown(events)


def curves(events: Sequence[TrainEvent]) -> go.Figure:
    """`lesson_figure`; a network that has no teacher is not called a student."""
    figure = lesson_figure(events)
    taught = "teacher_iou" in events[0].losses
    figure.data = [trace for trace in figure.data if trace.x]
    return figure if taught else figure.update_traces(name="network", selector={"name": "student"})


def _shown(events: Iterator[TrainEvent]) -> Iterator[TrainEvent]:
    from IPython.display import display

    seen: list[TrainEvent] = []
    figure, place, drawn = None, None, 0.0
    for event in events:
        seen.append(event)
        now = time.monotonic()
        if figure is None:
            figure = go.FigureWidget(curves(seen))
            place = display(figure._repr_mimebundle_(), raw=True, display_id=True)
            drawn = now
        elif now - drawn > EVERY_S:
            _refresh(figure, curves(seen))
            drawn = now
        yield event
    if figure is not None and place is not None:
        last = curves(seen)
        _refresh(figure, last)
        # The picture is for where no front end is alive.
        place.update(still("curves", last) | figure._repr_mimebundle_(), raw=True)


def _refresh(shown: go.FigureWidget, figure: go.Figure) -> None:
    with shown.batch_update():
        shown.layout.title = figure.layout.title
        for old, new in zip(shown.data, figure.data, strict=True):
            old.update(x=new.x, y=new.y, mode=new.mode)
