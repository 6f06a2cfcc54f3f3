"""One tracking job of the page: a generator of progress that ends with the files. No user interface in here."""

import time
from collections.abc import Generator, Mapping
from contextlib import closing
from functools import reduce
from typing import Any

import numpy as np

from playground.app.demo import limits
from playground.app.demo.clock import Clock
from playground.app.demo.downloads import write_downloads
from playground.app.demo.drawing import CRF, draw_targets
from playground.app.demo.steps import Finished, Followed, Order, Progress
from playground.app.demo.toggle import GPU, get_tracker
from playground.app.demo.zero_gpu import on_gpu
from playground.config import TrackerConfig
from playground.follow import follow_all
from playground.prefetch import prefetch
from playground.settings import from_dict, to_dict
from playground.tracker import Tracker
from playground.video.write import open_writer
from playground.visualise.inside.crops import as_pictures
from playground.visualise.overlay import Trail

PROGRESS_S = 0.5  # a picture every half second is lively and costs the tracker nothing
LOADING_S, FRAME_S = 15, 0.04  # generous, for what a GPU is asked for
Steps = Generator[Progress | Finished, None, None]


def run(order: Order) -> Steps:
    """`track_clip` with the model and on the device that were chosen; on ZeroGPU in a process that holds a GPU.

    Raises ``ValueError`` naming what is wrong.
    """
    return _run_on_gpu(order) if order.chosen.device == GPU else _run(order)


def _run(order: Order) -> Steps:
    kept = get_tracker(order.chosen.model, order.chosen.device)
    yield from track_clip(Tracker(kept.backend, change(kept.config, order.settings)), order)


def seconds_on_gpu(order: Order) -> int:
    """How long a job may need a GPU."""
    return LOADING_S + round(FRAME_S * order.chosen.frames * len(order.chosen.boxes))


_run_on_gpu = on_gpu(seconds_on_gpu)(_run)


def track_clip(tracker: Tracker, order: Order) -> Steps:
    """Track all boxes and write the files into the order's folder.

    Yields `Progress` on the first frame and about twice a second, then `Finished` once. Closing the generator leaves no
    file. Raises ``ValueError`` naming the argument that is wrong.
    """
    chosen, clip, clock = order.chosen, order.chosen.clip, Clock()
    targets, trails = [Followed() for _ in chosen.boxes], [Trail() for _ in chosen.boxes]
    video, done, shown, note = order.folder / f"{clip.path.stem}_tracked.mp4", 0, -PROGRESS_S, ""
    templates: list[np.ndarray] = []
    began = time.monotonic()
    # One thread decodes, one tracks, this one draws and writes.
    decoded = prefetch(clock.each("decode", clip.read(chosen.start)))
    followed = prefetch(follow_all(tracker, decoded, chosen.boxes))
    with open_writer(video, clip.fps, crf=CRF) as write, closing(decoded), closing(followed):
        for frame, states, events in followed:
            for target, event in zip(targets, events, strict=True):
                target.add(event)
                clock.add(event.timing_ms)
            if order.drawing.templates and (not templates or any(event.updated for event in events)):
                templates = [as_pictures(state.templates.stack(), tracker.config.crop) for state in states]
            with clock.stage("draw"):
                image = draw_targets(frame.image, events, trails, templates, order.drawing)
            with clock.stage("write"):
                write(image, frame.time_s - targets[0].events[0].time_s)
            done += 1
            seconds = time.monotonic() - began
            if seconds - shown >= PROGRESS_S:
                shown = seconds
                yield Progress(done=done, total=max(chosen.frames, done), fps=done / max(seconds, 1e-3), image=image)
            note = order.why_end(done, seconds)
            if note or frame.index >= chosen.end:
                break
    if not note and done == limits.MAX_FRAMES and chosen.end < clip.frames - 1:
        note = f"Ended at this page's limit of {done} frames."
    fps = done / max(time.monotonic() - began, 1e-3)
    files = write_downloads(order.folder, clip.path.stem, chosen.model, [target.events for target in targets])
    yield Finished(
        files={"mp4": video} | files,
        targets=targets,
        fps=fps,
        stages_ms=clock.mean(done),
        lost_score=tracker.config.lost_score,
        note=note,
    )


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
