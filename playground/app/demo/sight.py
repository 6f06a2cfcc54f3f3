"""One frame inside a model: tracked to it, then captured; and the same crops inside another model beside it."""

from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from jaxtyping import UInt8

from playground.app.demo.chosen import Chosen
from playground.app.demo.clip import Clip
from playground.app.demo.toggle import get_tracker
from playground.box import Box
from playground.tracker import Tracker, TrackState
from playground.visualise.inside.captured import Inside
from playground.visualise.inside.crops import Crops, cut_step

if TYPE_CHECKING:
    from playground.model import MixFormer

MOST_AHEAD = 60  # frames that are tracked before the one that is looked at
FRAMES_KEPT = 4  # looked at last, all visitors together: an attention map of a large model has a hundred megabytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """A frame to look at: ``number``, after ``box`` was followed to it from frame ``start``. ``end`` is the last frame
    of what is replayed."""

    clip: Clip = field(compare=False)  # its path stands for it
    end: int = field(compare=False)
    path: Path
    box: Box
    start: int
    number: int
    model: str
    device: str


def sight(chosen: Chosen, number: int) -> Sight:
    """Frame ``number`` of what was chosen, first box. Raises ``ValueError`` naming ``frame``."""
    last = min(chosen.clip.frames - 1, chosen.start + MOST_AHEAD)
    if not chosen.start < number <= last:
        raise ValueError(f"frame: choose one from {chosen.start + 1} to {last}, after the start; got {number}.")
    return Sight(
        clip=chosen.clip, end=chosen.end, path=chosen.clip.path, box=chosen.boxes[0], start=chosen.start, number=number,
        model=chosen.model, device=chosen.device,
    )  # fmt: skip


@lru_cache(maxsize=FRAMES_KEPT)
def capture(place: Sight) -> tuple[Inside, Crops]:
    """What the model did on the frame, and what it was shown."""
    from playground.visualise.inside import look_inside

    tracker, state, image = _arrive(place)
    crops = cut_step(tracker, state, image)
    return look_inside(network(tracker), crops), crops


@lru_cache(maxsize=FRAMES_KEPT)
def capture_pair(place: Sight, other: str) -> tuple[Inside, Inside]:
    """What the model did on the frame, and what ``other`` does with the same templates around the same box.

    Raises ``ValueError`` naming ``other`` when it cannot be shown the same search region.
    """
    from playground.visualise.inside import look_inside

    own, crops = capture(place)
    if not other:
        raise ValueError("other: choose a model to lay beside the one on the left.")
    beside = get_tracker(other, place.device)
    if beside.config.crop != crops.rules:
        raise ValueError(f"other: {other} cuts its crops in another way than {place.model}; choose another model.")
    _, state, image = _arrive(place)
    side = network(beside).config.template_size
    shown = replace(cut_step(beside, state, image), templates=_resized(crops.templates, side))
    return own, look_inside(network(beside), shown)


def tracker_of(place: Sight) -> Tracker:
    """The tracker that was chosen."""
    return get_tracker(place.model, place.device)


def network(tracker: Tracker) -> "MixFormer":
    """The network behind a tracker of `playground.app.demo.toggle`."""
    from playground.backends.torch import TorchBackend

    assert isinstance(tracker.backend, TorchBackend)
    return tracker.backend.model


def _arrive(place: Sight) -> tuple[Tracker, TrackState, np.ndarray]:
    """The tracker, its state after the frame before, and the frame."""
    tracker = tracker_of(place)
    with closing(place.clip.read(place.start)) as frames:
        first = next(frames)
        state, _ = tracker.start(first.image, place.box, time_s=first.time_s)
        for frame in frames:
            if frame.index >= place.number:
                return tracker, state, frame.image
            state, _ = tracker.step(state, frame.image, time_s=frame.time_s)
    raise ValueError(f"frame: {place.number} cannot be decoded; choose another one.")


def _resized(templates: UInt8[np.ndarray, "k t t 3"], side: int) -> UInt8[np.ndarray, "k s s 3"]:
    if templates.shape[1] == side:
        return templates
    return np.stack([cv2.resize(one, (side, side), interpolation=cv2.INTER_AREA) for one in templates]).astype(np.uint8)
