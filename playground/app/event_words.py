"""An event of training in words: the same numbers for the terminal, a log and the page."""

from playground.events import TrainEvent

IOUS = {"student_iou": "student", "teacher_iou": "teacher"}


def numbers(event: TrainEvent) -> dict[str, str]:
    """Numbers of an event by heading: loss, IoU, speed, and, where there was one, validation."""
    told = {
        "loss": _pairs({name: value for name, value in event.losses.items() if name not in IOUS}),
        "IoU": _pairs({word: event.losses[name] for name, word in IOUS.items() if name in event.losses}),
        "speed": f"{_rate(event.samples_s)} samples/s  data wait {event.data_wait:.0%}  lr {event.lr:.2e}",
        "validation": _pairs(event.checked),
    }
    return {heading: words for heading, words in told.items() if words}


def standing(event: TrainEvent) -> str:
    """Where the run is: the time that is left, stopped, or done."""
    if event.stopped:
        return "stopped"
    return "done" if event.step >= event.steps else f"{clock(event.eta_s)} left"


def event_line(event: TrainEvent) -> str:
    """One line of plain text without a line end."""
    step = f"step {event.step:>{len(str(event.steps))}}/{event.steps}"
    told = (f"{heading}: {words}" for heading, words in numbers(event).items())
    return " | ".join((step, *told, standing(event)))


def clock(seconds: float) -> str:
    """Hours, minutes and seconds, as in 27:46:40."""
    whole = round(max(seconds, 0))
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _pairs(values: dict[str, float]) -> str:
    return "  ".join(f"{name} {value:.4g}" for name, value in values.items())


def _rate(value: float) -> str:
    return f"{value:.1f}" if value < 10 else f"{value:,.0f}"
