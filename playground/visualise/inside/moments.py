"""A track in which a person may force or veto online templates, frame by frame, and what it was sure of (view 11)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from jaxtyping import UInt8

from playground.box import Box
from playground.config import CropConfig
from playground.crop import crop, normalise
from playground.events import TrackEvent
from playground.tracker import Tracker, TrackState
from playground.tracker.update import Templates, refresh
from playground.video.read import Frame
from playground.visualise.inside.crops import as_pictures
from playground.visualise.inside.distributions import entropy

Update = Literal["", "taken", "forced", "vetoed"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Moment:
    """One frame of a track: what the tracker said, and ``update``: what became of the online template.

    ``entropy`` is the mean of the four edges in bits, None on the first frame. ``template`` is the new online template
    as RGB uint8, where one was taken or forced; None also where the first template came back.
    """

    event: TrackEvent
    update: Update = ""
    entropy: float | None = None
    template: UInt8[np.ndarray, "t t 3"] | None = None


def replay(
    tracker: Tracker,
    frames: Iterable[Frame],
    box: Box,
    *,
    force: Collection[int] = (),
    veto: Collection[int] = (),
) -> list[Moment]:
    """Follow ``box`` (frame pixels of the first frame). Frame numbers are those of the frames.

    On a frame in ``force`` the target as it was found there becomes an online template at once; on one in ``veto`` no
    online template is taken, and the candidate is dropped. A model without score head takes none by itself.

    Raises ``ValueError`` naming ``frames`` for a clip of fewer than two, ``force`` or ``veto`` for a frame that is in
    both, that is not in the clip or is its first, or ``box`` when it cannot start a track.
    """
    if both := sorted(set(force) & set(veto)):
        raise ValueError(f"force: frame {both[0]} is in veto too; leave it out of one of them.")
    moments: list[Moment] = []
    state: TrackState | None = None
    for frame in frames:
        if state is None:
            state, event = tracker.start(frame.image, box, time_s=frame.time_s)
            moments.append(Moment(event=replace(event, index=frame.index)))
            continue
        before = state
        state, event = tracker.step(before, frame.image, time_s=frame.time_s)
        update: Update = "taken" if event.updated else ""
        if frame.index in force:
            # On top of what the frame before knew, lest one frame gives two templates.
            state = _vetoed(before, state) if event.updated else state
            state, update = _forced(tracker, state, frame.image), "forced"
        elif frame.index in veto and event.updated:
            state, update = _vetoed(before, state), "vetoed"
        changed = update in ("taken", "forced")
        shown = _newest(before.templates, state.templates, tracker.config.crop) if changed else None
        event = replace(event, index=frame.index, updated=changed)
        bits = float(entropy(np.array(event.edges)).mean()) if event.edges else None
        moments.append(Moment(event=event, update=update, entropy=bits, template=shown))
    _check(moments, force, veto)
    return moments


def _check(moments: list[Moment], force: Collection[int], veto: Collection[int]) -> None:
    if len(moments) < 2:
        raise ValueError(f"frames: a track needs a clip of at least 2 frames; got {len(moments)}.")
    there = [moment.event.index for moment in moments[1:]]
    for name, asked in (("force", force), ("veto", veto)):
        if missing := sorted(set(asked) - set(there)):
            raise ValueError(f"{name}: choose frames from {there[0]}..{there[-1]}; got {missing[0]}.")


def _forced(tracker: Tracker, after: TrackState, image: np.ndarray) -> TrackState:
    """The state in which the target as it was found on this frame is an online template."""
    rules = tracker.config
    picture, _ = crop(image, after.box, rules.crop.template_factor, tracker.backend.template_size)
    template = normalise(picture, rules.crop.mean, rules.crop.std)[0]
    # Frame 0 is a multiple of every interval, so the candidate is taken at once.
    templates = refresh(replace(after.templates, candidate=template), 0, rules.update)
    return replace(after, templates=templates, memory=tracker.backend.encode(templates.stack()))


def _vetoed(before: TrackState, after: TrackState) -> TrackState:
    """The state in which the online templates are as they were; the candidate is dropped all the same."""
    kept = replace(after.templates, online=before.templates.online, oldest=before.templates.oldest)
    return replace(after, templates=kept, memory=before.memory)


def _newest(before: Templates, after: Templates, rules: CropConfig) -> np.ndarray | None:
    """The online template that was not there before, as a picture; None where the first one came back."""
    fresh = [one for one in after.online if all(one is not old for old in before.online)]
    return as_pictures(fresh[0][None], rules)[0] if fresh else None
