"""What a figure of training shows: one panel for each number that the events hold, in reading order."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from playground.events import TrainEvent

STUDENT, TEACHER = "student_iou", "teacher_iou"
LOSSES = {
    "total": "Total loss",
    "l1": "Box L1 (share of search side)",
    "iou": "Box CIoU loss",
    "edges": "Edges, KL from teacher (nats)",
    "features": "Block outputs, squared error",
    "soft": "Edges, cross-entropy (nats)",
    "inside": "Inside the box, cross-entropy (nats)",
    "corners": "Corners, cross-entropy (nats)",
    "score": "Score, cross-entropy (nats)",
    "grad_norm": "Gradient norm",
}

Value = Callable[[TrainEvent], float | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """One pair of axes: numbers by label, the second one dotted, None where an event does not tell.

    ``log`` says what decides on a logarithmic axis: all ``values`` of all runs, or the ``peaks`` of each, where they
    are positive and lie a factor of ten or more apart. ``limits`` are fixed ends of the axis. ``number`` is the d3
    format of a number in the hover text.
    """

    title: str
    curves: dict[str, Value]
    log: Literal["values", "peaks", "never"] = "never"
    limits: tuple[float, float | None] | None = None
    number: str = ".4g"


def panels(events: Iterable[TrainEvent]) -> Iterator[Panel]:
    """Total loss, IoU, validation, loss terms, learning rate, speed: those of them that ``events`` tell of."""
    told = list(events)
    losses = dict.fromkeys(name for event in told for name in event.losses)
    order = ["total", *(name for name in losses if name not in ("total", "grad_norm")), "grad_norm"]
    terms = [_loss_panel(name) for name in order if name in losses and name not in (STUDENT, TEACHER)]
    head = int("total" in losses)
    yield from terms[:head]
    ious = {name.removesuffix("_iou"): _loss(name) for name in (STUDENT, TEACHER) if name in losses}
    if ious:
        title = "IoU with the true box" + (", teacher dotted" if len(ious) > 1 else "")
        yield Panel(title=title, curves=ious, limits=(0, 1))
    for name in dict.fromkeys(name for event in told for name in event.checked):
        yield Panel(title=f"Validation: {name}", curves={name: _checked(name)})
    yield from terms[head:]
    if told:
        up = (0.0, None)
        yield Panel(title="Learning rate (per step)", curves={"rate": lambda e: e.lr}, log="peaks", limits=up)
        yield Panel(title="Speed (samples/s)", curves={"speed": lambda e: e.samples_s}, number=",.3~r", limits=up)
        yield Panel(
            title="Waiting for data (% of time)", curves={"wait": lambda e: 100 * e.data_wait}, number=".1f", limits=up
        )


def _loss_panel(name: str) -> Panel:
    return Panel(title=LOSSES.get(name, name), curves={name: _loss(name)}, log="values")


def _loss(name: str) -> Value:
    return lambda event: event.losses.get(name)


def _checked(name: str) -> Value:
    return lambda event: event.checked.get(name)
