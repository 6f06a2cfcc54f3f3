"""One tracking job of the page: a generator of progress that ends with the files. No user interface in here."""

import time
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from pathlib import Path
from typing import Any

import numpy as np

from playground.api import load
from playground.app.boxes_file import open_boxes
from playground.app.clip import MAX_FRAMES, Clip
from playground.app.track_command import Summary
from playground.backends.torch import pick_device
from playground.box import Box
from playground.config import TrackerConfig
from playground.events import TrackEvent
from playground.follow import follow
from playground.settings import from_dict, to_dict
from playground.tracker import Tracker
from playground.video.read import read_frames
from playground.video.write import open_writer
from playground.visualise.overlay import Trail, draw

PROGRESS_S = 0.5  # a picture every half second is lively and costs the tracker nothing
MODELS_KEPT = 2


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Progress:
    """``done`` of ``total`` frames at ``fps`` frames a second; ``image`` is the newest frame with its drawing."""

    done: int
    total: int
    fps: float
    image: np.ndarray


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Finished:
    """The files of a track, its events without their edges, frames a second with reading, drawing and writing, and
    why it ended early (empty when it did not)."""

    video: Path
    boxes: dict[str, Path]
    events: list[TrackEvent]
    summary: Summary
    fps: float
    note: str


def get_tracker(model: str, device: str, settings: Mapping[str, float | None]) -> Tracker:
    """A tracker over a model that is kept for the next job. Raises ``ValueError`` naming model, device or setting."""
    kept = _kept(model, str(pick_device(device)))
    return Tracker(kept.backend, change(kept.config, settings))


@lru_cache(maxsize=MODELS_KEPT)
def _kept(model: str, device: str) -> Tracker:
    return load(model, device=device)


def read_setting(config: TrackerConfig, name: str) -> float:
    """The value of a dotted field name, such as ``crop.search_factor``."""
    found: Any = config
    for part in name.split("."):
        found = getattr(found, part)
    return float(found)


def change(config: TrackerConfig, settings: Mapping[str, float | None]) -> TrackerConfig:
    """``config`` with the fields of dotted names replaced. Raises ``ValueError`` naming a wrong one."""
    values = to_dict(config)
    for name, value in settings.items():
        *groups, last = name.split(".")
        reduce(lambda inner, group: inner[group], groups, values)[last] = value
    return from_dict(TrackerConfig, values, "settings")


def track_clip(
    tracker: Tracker, model: str, clip: Clip, box: Box, start: int, folder: Path, stopped: Callable[[], bool]
) -> Generator[Progress | Finished, None, None]:
    """Track ``box`` (pixels of frame ``start``) and write video and boxes into ``folder``.

    Yields `Progress` on the first frame and about twice a second, then `Finished` once. When ``stopped`` says so, or
    after `MAX_FRAMES` frames, it ends early and keeps what was tracked so far. Closing the generator leaves no file.
    Raises ``ValueError`` naming the argument that is wrong.
    """
    video = folder / f"{clip.path.stem}_tracked.mp4"
    boxes = {kind: folder / f"{clip.path.stem}_boxes.{kind}" for kind in ("csv", "json", "txt")}
    summary, events, note, trail = Summary(), list[TrackEvent](), "", Trail()
    total = min(max(clip.frames - start, 1), MAX_FRAMES)
    shown = -PROGRESS_S
    begin = time.monotonic()
    with ExitStack() as files:
        show = files.enter_context(open_writer(video, clip.fps))
        writers = [files.enter_context(open_boxes(path, model)) for path in boxes.values()]
        for frame, event in follow(tracker, read_frames(clip.path, start=start), box):
            if len(events) == MAX_FRAMES:
                note = f"Ended at this page's limit of {MAX_FRAMES} frames."
                break
            image = draw(frame.image, event, trail)
            events.append(replace(event, edges=()))
            show(image, frame.time_s - events[0].time_s)
            for write in writers:
                write(event)
            summary.add(event)
            seconds = time.monotonic() - begin
            if seconds - shown >= PROGRESS_S:
                shown = seconds
                fps = len(events) / max(seconds, 1e-3)
                yield Progress(done=len(events), total=max(total, len(events)), fps=fps, image=image)
            if stopped():
                note = f"Stopped after {len(events)} frames."
                break
    fps = len(events) / max(time.monotonic() - begin, 1e-3)
    yield Finished(video=video, boxes=boxes, events=events, summary=summary, fps=fps, note=note)
