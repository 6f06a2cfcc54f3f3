"""A clip of one's own for the views: its frames and its box, and what a model is shown of it while it is tracked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from playground.box import Box
from playground.config import CropConfig, ModelConfig
from playground.events import TrackEvent
from playground.settings import require
from playground.video.read import Frame, Source, read_frames
from playground.video.synthetic import EXAMPLES, render_clip
from playground.visualise.inside.crops import Crops, cut
from playground.visualise.inside.given import as_whole


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Footage:
    """Frames, the box to follow from the first of them, and the true boxes where they are known; in frame pixels."""

    frames: list[Frame]
    box: Box
    truth: list[Box] | None = None


def open_footage(
    video: Source | None = None, box: Sequence[float] | None = None, *, count: int = 60, example: str = "easy"
) -> Footage:
    """The first ``count`` frames of ``video`` with the target's ``box`` (x, y, w, h) on the first; without a video, of
    a synthetic clip whose true boxes are known: the ``example`` of that name (`EXAMPLES`).

    Raises ``ValueError`` naming ``count`` below 2, ``example`` when there is none of that name, ``box`` when it is
    missing or cannot start a track, or ``video`` for a single frame, or as `playground.video.read.read_frames` does.
    """
    if as_whole("count", count) < 2:
        raise ValueError(f"count: a clip needs at least 2 frames; got {count}.")
    if video is None:
        require(example in EXAMPLES, f"example: must be one of {', '.join(EXAMPLES)}; got {example!r}.")
        seed, world = EXAMPLES[example]
        clip = render_clip(seed, replace(world, frames=count))
        truth = [Box(*row) for row in clip.boxes.tolist()]
        return Footage(frames=list(read_frames(clip.frames)), box=truth[0], truth=truth)
    if box is None or len(box) != 4:
        raise ValueError("box: give x, y, w, h of the target in pixels of the video's first frame.")
    start = Box(*map(float, box))
    frames = list(islice(read_frames(video), count))
    require(len(frames) > 1, f"video: a track needs at least 2 frames; got {len(frames)}.")
    start.check_start(frames[0].image.shape[1], frames[0].image.shape[0])
    return Footage(frames=frames, box=start)


def cut_footage(
    model: ModelConfig, rules: CropConfig, footage: Footage, events: Sequence[TrackEvent], count: int
) -> list[Crops]:
    """``count`` search regions spread over the clip, each around the box that ``events`` give for the frame before.

    The template is of the first frame, the online template of the frame half way. The regions depend on ``rules`` and
    ``events`` alone, so models of other sizes see the same parts of the frames. Raises ``ValueError`` naming
    ``footage`` of fewer than 2 frames, ``events`` unless there is one a frame, or ``count`` below 1.
    """
    frames = footage.frames
    require(len(frames) > 1, f"footage: a clip to search in needs at least 2 frames; got {len(frames)}.")
    require(len(events) == len(frames), f"events: give one a frame, {len(frames)} of them; got {len(events)}.")
    if as_whole("count", count) < 1:
        raise ValueError(f"count: must be at least 1 search region; got {count}.")
    crops = []
    for i in np.linspace(1, len(frames) - 1, count).round().astype(int).tolist():
        shown = [(frames[j].image, events[j].box) for j in (0, i // 2)]
        truth = footage.truth[i] if footage.truth and min(footage.truth[i].w, footage.truth[i].h) > 0 else None
        crops.append(cut(model, rules, shown, frames[i].image, events[i - 1].box, truth))
    return crops
