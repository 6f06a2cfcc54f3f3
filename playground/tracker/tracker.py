"""The tracker's state machine: `start` on a box, then `step` once a frame, or `step_all` for several targets.

State is a value (spec 4).
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from playground.box import Box
from playground.config import TrackerConfig
from playground.crop import CropMap, crop, normalise
from playground.events import TrackEvent
from playground.tracker.backend import Answer, Backend, locate_all
from playground.tracker.update import Template, Templates, beats, consider, refresh, same_online

Image = np.ndarray  # RGB uint8 (height, width, 3); from a user, so checked by hand in every build


@dataclass(frozen=True, slots=True, eq=False)
class TrackState:
    """All a tracker knows after a frame. Never changed: keep an old one to step back to it.

    ``box`` is in frame pixels, ``frame`` counts from 0 at the start, ``memory`` belongs to the backend.
    """

    box: Box
    frame: int
    templates: Templates
    memory: Any


class Tracker:
    """Follows one box through RGB frames, with any `Backend`."""

    def __init__(self, backend: Backend, config: TrackerConfig | None = None) -> None:
        self.backend = backend
        self.config = config or TrackerConfig()

    def start(self, image: Image, box: Box, *, time_s: float = 0.0) -> tuple[TrackState, TrackEvent]:
        """Remember what is in ``box`` (frame pixels) of the first frame.

        Raises ``ValueError`` naming ``box`` when it is not finite, has no area, or lies outside the frame.
        """
        _check_image(image)
        box.check_start(image.shape[1], image.shape[0])
        begin = time.perf_counter()
        templates = Templates.start(self._template(image, box))
        memory = self.backend.encode(templates.stack())
        event = TrackEvent(index=0, time_s=time_s, box=box, timing_ms={"encode": _ms(begin)})
        return TrackState(box, 0, templates, memory), event

    def step(self, state: TrackState, image: Image, *, time_s: float = 0.0) -> tuple[TrackState, TrackEvent]:
        """Find the target in the next frame; ``state`` is left as it was.

        When the network's output is not finite the box stays where it was and the event says so in ``problem``.
        """
        return self.step_all([state], image, time_s=time_s)[0]

    def step_all(
        self, states: Sequence[TrackState], image: Image, *, time_s: float = 0.0
    ) -> list[tuple[TrackState, TrackEvent]]:
        """`step` for each of several targets in the same frame, with one pass of the network where it can be one.

        What the pass takes is shared equally among the events' ``locate``. Boxes are those of `step` but for rounding.
        """
        _check_image(image)
        if not states:
            return []
        regions, places, timings = [], [], []
        for state in states:
            begin = time.perf_counter()
            region, place = crop(image, state.box, self.config.crop.search_factor, self.backend.search_size)
            regions.append(normalise(region, self.config.crop.mean, self.config.crop.std))
            places.append(place)
            timings.append({"crop": _ms(begin)})
        begin = time.perf_counter()
        search = regions[0] if len(regions) == 1 else np.concatenate(regions)
        answers = locate_all(self.backend, search, [state.memory for state in states])
        share = _ms(begin) / len(states)
        return [
            self._take(state, image, place, answer, timing | {"locate": share}, time_s)
            for state, place, answer, timing in zip(states, places, answers, timings, strict=True)
        ]

    def _take(
        self,
        state: TrackState,
        image: Image,
        place: CropMap,
        answer: Answer,
        timing: dict[str, float],
        time_s: float,
    ) -> tuple[TrackState, TrackEvent]:
        """State and event after the network's ``answer``."""
        height, width = image.shape[:2]
        frame = state.frame + 1
        if not all(math.isfinite(value) for value in (*answer.box_rel, answer.score or 0.0)):
            problem = f"frame {frame}: the network's output is not finite; the box was left where it was."
            event = TrackEvent(
                index=frame,
                time_s=time_s,
                box=state.box,
                lost=True,
                search=place.region,
                problem=problem,
                timing_ms=timing,
            )
            return replace(state, frame=frame), event
        box = place.to_frame(answer.box_rel).clip(width, height, self.config.clip_margin)
        updating = time.perf_counter()
        templates, memory, updated = self._update(state, image, box, answer.score, frame)
        timing["update"] = _ms(updating)
        event = TrackEvent(
            index=frame,
            time_s=time_s,
            box=box,
            score=answer.score,
            lost=answer.score is not None and answer.score < self.config.lost_score,
            search=place.region,
            edges=tuple(tuple(row) for row in answer.edges.tolist()),
            updated=updated,
            timing_ms=timing,
        )
        return TrackState(box, frame, templates, memory), event

    def _update(
        self, state: TrackState, image: Image, box: Box, score: float | None, frame: int
    ) -> tuple[Templates, Any, bool]:
        if score is None:  # without a score head nothing tells a good template from a bad one
            return state.templates, state.memory, False
        rules = self.config.update
        better = beats(state.templates, score, rules)
        templates = consider(state.templates, score, self._template(image, box) if better else None, rules)
        templates = refresh(templates, frame, rules)
        if same_online(templates, state.templates):
            return templates, state.memory, False
        return templates, self.backend.encode(templates.stack()), True

    def _template(self, image: Image, box: Box) -> Template:
        cut, _ = crop(image, box, self.config.crop.template_factor, self.backend.template_size)
        return normalise(cut, self.config.crop.mean, self.config.crop.std)[0]


def _check_image(image: np.ndarray) -> None:
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
        raise ValueError(
            f"image: expected RGB uint8 of shape (height, width, 3); got {image.dtype} of shape {image.shape}."
        )


def _ms(since: float) -> float:
    return (time.perf_counter() - since) * 1e3
