"""Training events to trackio, a local dashboard, where it is installed."""

import importlib
from collections.abc import Iterator
from typing import Any

from playground.events import TrainEvent


def log_to_trackio(
    events: Iterator[TrainEvent], project: str, name: str, config: dict[str, Any]
) -> Iterator[TrainEvent]:
    """Pass the events on, and log each to the run ``name`` of ``project`` with its settings ``config``.

    A run of that name is gone on with, as a resumed training is. Without trackio the events are passed on alone.
    """
    try:
        trackio = importlib.import_module("trackio")
    except ModuleNotFoundError as error:
        if error.name != "trackio":  # it is there but broken, which its owner wants to know
            raise
        yield from events
        return
    trackio.init(project=project, name=name, config=config, resume="allow", embed=False)
    try:
        for event in events:
            trackio.log(_metrics(event), step=event.step)
            yield event
    finally:
        trackio.finish()


def _metrics(event: TrainEvent) -> dict[str, float]:
    """Numbers by name; trackio makes a group of what shares the word before the slash."""
    metrics = {f"losses/{name}": value for name, value in event.losses.items()}
    metrics |= {f"checked/{name}": value for name, value in event.checked.items()}
    return metrics | {"lr": event.lr, "speed/samples_s": event.samples_s, "speed/data_wait": event.data_wait}
