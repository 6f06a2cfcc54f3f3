"""Does the score tell the target from its absence? Scores where the target is in view and where it is not.

A tracker is asked about single search regions, with the template of the first frame and nothing learnt on the way, so
that a track gone wrong does not blur the answer.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np
from jaxtyping import Float

from playground.box import Box
from playground.tracker import Tracker, TrackState

Kind = Literal["present", "elsewhere", "absent"]
EVERY = 5  # frames between two questions
REACH = 0.5  # how far the target lies from the middle of its region at most, in its own sides
TRIES = 50


class Asked(NamedTuple):
    """One search region: ``present`` has the target in it, ``elsewhere`` is cut beside it, in ``absent`` there is none
    in the whole frame. ``score`` is the tracker's, 0..1."""

    kind: Kind
    score: float


def ask(
    tracker: Tracker, frames: Iterable[np.ndarray], boxes: Float[np.ndarray, "n 4"], seed: int = 0
) -> Iterator[Asked]:
    """Scores of one sequence: every few frames one region around the target and one beside it, or, where the target is
    absent (NaN), one where it was seen last.

    Raises ``ValueError`` naming ``tracker`` when its model gives no score.
    """
    rng = np.random.default_rng(seed)
    state: TrackState | None = None
    last: Box | None = None
    for index, (frame, row) in enumerate(zip(frames, boxes, strict=True)):
        truth = None if np.isnan(row).any() else Box(*row.tolist())
        if state is None:
            if truth is not None:
                state, _ = tracker.start(frame, truth)
        elif truth is None:
            if index % EVERY == 0 and last is not None:
                yield Asked("absent", _score(tracker, state, frame, last))
        elif index % EVERY == 0:
            dx, dy = rng.uniform(-REACH, REACH, 2)
            near = Box(truth.x + dx * truth.w, truth.y + dy * truth.h, truth.w, truth.h)
            yield Asked("present", _score(tracker, state, frame, near))
            beside = _beside(truth, frame.shape[1], frame.shape[0], tracker.config.crop.search_factor, rng)
            if beside is not None:
                yield Asked("elsewhere", _score(tracker, state, frame, beside))
        last = truth or last


def roc_area(positive: Float[np.ndarray, "n"], negative: Float[np.ndarray, "m"]) -> float:
    """Area under the ROC curve: the chance that a positive scores above a negative; a tie counts half.

    Raises ``ValueError`` when there is none of one kind.
    """
    if not len(positive) or not len(negative):
        raise ValueError(f"scores: need both kinds; got {len(positive)} positive and {len(negative)} negative.")
    ordered = np.sort(negative)
    below, up_to = np.searchsorted(ordered, positive, "left"), np.searchsorted(ordered, positive, "right")
    return float((below + up_to).mean() / 2 / len(negative))


def _score(tracker: Tracker, state: TrackState, frame: np.ndarray, box: Box) -> float:
    _, event = tracker.step(replace(state, box=box), frame)
    if event.score is None:
        raise ValueError("tracker: its model has no score head; take one that has.")
    return event.score


def _beside(truth: Box, width: int, height: int, factor: float, rng: np.random.Generator) -> Box | None:
    """A box of the target's size in the frame whose search region does not touch the target; None in too small a
    frame."""
    reach = factor * (truth.w * truth.h) ** 0.5 / 2
    for _ in range(TRIES):
        cx, cy = rng.uniform(0, width), rng.uniform(0, height)
        if abs(cx - truth.cx) > reach + truth.w / 2 or abs(cy - truth.cy) > reach + truth.h / 2:
            return Box(cx - truth.w / 2, cy - truth.h / 2, truth.w, truth.h)
    return None
