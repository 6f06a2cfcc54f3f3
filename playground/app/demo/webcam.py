"""A webcam's frames, one by one, with boxes alone going back. The state is a value that travels with the visitor."""

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import UInt8

from playground.app.demo.targets import read_box
from playground.app.demo.toggle import CPU, get_tracker
from playground.app.demo.zero_gpu import gpus_are_lent
from playground.box import Box
from playground.events import TrackEvent
from playground.tracker import TrackState

# Wide enough for a target, small enough to be sent many times a second.
WIDTH, HEIGHT = 640, 480
SLOWEST = 0.2  # how much the newest frame counts in the speed that is told


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """The box that a visitor drew last, in fractions of the frame, None to forget it; ``number`` counts drawings.

    It is kept apart from `Live`: a frame that is on its way while something is drawn must not undo it.
    """

    box: Box | None = None
    number: int = 0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Live:
    """One visitor's webcam: ``state`` follows drawing ``number``, with which model it was begun, and the speed."""

    number: int = 0
    state: TrackState | None = None
    model: str = ""
    device: str = ""
    seen_s: float = 0.0
    fps: float = 0.0


def draw_on(drawn: Drawn, values: Any) -> Drawn:
    """The next drawing: a box in fractions of the frame, x, y, w, h; None forgets it.

    Raises ``ValueError`` naming ``box``.
    """
    return Drawn(box=None if values is None else read_box(values), number=drawn.number + 1)


def follow_live(
    live: Live, drawn: Drawn, image: UInt8[np.ndarray, "height width 3"], model: str, device: str
) -> tuple[Live, dict[str, Any]]:
    """The next RGB frame, and what to draw over it, in fractions of the frame.

    A new drawing begins anew; another model than before begins with the box where it is. Where GPUs are lent, the CPU
    follows: one is lent for a job that ends, not for single frames. Raises ``ValueError`` naming ``box``, ``model`` or
    ``device``.
    """
    device = CPU if gpus_are_lent() else device
    height, width = image.shape[:2]
    now = time.monotonic()
    live = replace(live, seen_s=now, fps=_smoothed(live, now))
    found = _next(live, drawn, image, model, device)
    if found is None:
        live = replace(live, number=drawn.number, state=None)
        return live, {"box": None, "score": None, "lost": False, "fps": live.fps, "ms": 0.0}
    state, event = found
    x, y, w, h = event.box.as_tuple()
    told = {
        "box": [x / width, y / height, w / width, h / height],
        "score": event.score,
        "lost": event.lost,
        "fps": live.fps,
        "ms": sum(event.timing_ms.values()),
    }
    return replace(live, number=drawn.number, state=state, model=model, device=device), told


def _next(live: Live, drawn: Drawn, image: np.ndarray, model: str, device: str) -> tuple[TrackState, TrackEvent] | None:
    """The tracker's next step, or its start; None where nothing is followed."""
    tracker = get_tracker(model, device)
    if live.number != drawn.number:
        if drawn.box is None:
            return None
        (height, width), box = image.shape[:2], drawn.box
        return tracker.start(image, Box(box.x * width, box.y * height, box.w * width, box.h * height))
    if live.state is None:
        return None
    if (live.model, live.device) != (model, device):
        return tracker.start(image, live.state.box)
    return tracker.step(live.state, image)


def _smoothed(live: Live, now: float) -> float:
    """Frames a second as they come in."""
    if not live.seen_s:
        return 0.0
    rate = 1 / max(now - live.seen_s, 1e-3)
    return rate if not live.fps else (1 - SLOWEST) * live.fps + SLOWEST * rate
