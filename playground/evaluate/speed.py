"""How long each stage of tracking takes, beside the whole network run anew for every frame.

The stages: *decode* a frame, *crop* and normalise the search region, *locate* the target in it, *update* the candidate
for an online template, *encode* the templates (only when one is taken), *draw* the result. The yardstick is *full*: a
network without a memory, which encodes the templates again in every frame before it locates. All are timed in turn on
every frame, so whatever else the machine does falls on all of them alike, and their ratios hold where the milliseconds
do not.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from playground.box import Box
from playground.crop import crop, normalise
from playground.events import TrackEvent
from playground.tracker import Tracker, TrackState
from playground.video.read import Frame

STAGES = ("decode", "crop", "locate", "update", "encode", "draw", "step", "full")
WARM = 10  # frames that are not counted

Draw = Callable[[np.ndarray, TrackEvent], object]
Wait = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Milliseconds: median and 95th percentile; ``ratio`` of the median to that of the full network."""

    median_ms: float
    p95_ms: float
    ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """``stages`` by name of `STAGES`; *step* is crop, locate and update of a frame that takes no template.

    ``frames`` were timed. ``fps`` is frames a second of a step, ``fps_whole`` with decoding and drawing, from medians.
    """

    frames: int
    stages: dict[str, Stage]
    fps: float
    fps_whole: float


def measure_speed(tracker: Tracker, frames: Iterable[Frame], box: Box, draw: Draw, wait: Wait) -> Speed:
    """Time every stage on each of the ``frames`` but the first, on which ``box`` is, and `WARM` more.

    ``wait`` returns when the device has done all that it was told to do, for the clock knows nothing of a GPU's queue.
    Raises ``ValueError`` naming ``frames`` when there are too few, or ``box`` when it cannot start a track.
    """
    rows = []
    decoded = _decoded(frames)
    _, first = next(decoded)
    state, _ = tracker.start(first.image, box)
    for turn, (decode_ms, frame) in enumerate(decoded):
        before, alone = state, _without_memory(tracker, state, frame.image, wait)
        # Every other frame the other way round: on a busy machine what comes later is interrupted more often.
        row = {"decode": decode_ms} | ({stage: _ms(alone[stage]) for stage in ("full", "encode")} if turn % 2 else {})
        wait()
        state, event = tracker.step(before, frame.image)
        wait()
        row |= {} if turn % 2 else {stage: _ms(alone[stage]) for stage in ("encode", "full")}
        row["draw"] = _ms(partial(draw, frame.image, event))
        if not event.updated:
            row |= {stage: event.timing_ms.get(stage, 0.0) for stage in ("crop", "locate", "update")}
            row["step"] = sum(event.timing_ms.values())
        rows.append(row)
    return _summarise(rows[WARM:])


def _decoded(frames: Iterable[Frame]) -> Iterator[tuple[float, Frame]]:
    """Each frame with the milliseconds that it took to come."""
    iterator = iter(frames)
    while True:
        begin = time.perf_counter()
        frame = next(iterator, None)
        if frame is None:
            return
        yield (time.perf_counter() - begin) * 1e3, frame


def _without_memory(
    tracker: Tracker, state: TrackState, image: np.ndarray, wait: Wait
) -> dict[str, Callable[[], None]]:
    """What encodes the templates of ``state`` alone, and what runs the network as if nothing were remembered."""
    backend, rules = tracker.backend, tracker.config.crop
    region, _ = crop(image, state.box, rules.search_factor, backend.search_size)
    search, templates = normalise(region, rules.mean, rules.std), state.templates.stack()

    def encode() -> None:
        backend.encode(templates)
        wait()

    def full() -> None:
        backend.locate(search, backend.encode(templates))
        wait()

    return {"encode": encode, "full": full}


def _ms(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1e3


def _summarise(rows: list[dict[str, float]]) -> Speed:
    took = {stage: [row[stage] for row in rows if stage in row] for stage in STAGES}
    if not all(took.values()):
        raise ValueError(f"frames: too few to time every stage; give at least {WARM + 12}.")
    median = {stage: float(np.median(values)) for stage, values in took.items()}
    stages = {
        stage: Stage(
            median_ms=median[stage], p95_ms=float(np.quantile(values, 0.95)), ratio=median[stage] / median["full"]
        )
        for stage, values in took.items()
    }
    whole = median["decode"] + median["step"] + median["draw"]
    return Speed(frames=len(rows), stages=stages, fps=1e3 / median["step"], fps_whole=1e3 / whole)
