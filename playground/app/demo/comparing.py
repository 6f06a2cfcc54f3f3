"""Two trackers on the same frames, side by side in one pass: a generator of progress that ends with what they did."""

import time
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from playground.app.demo.drawing import CRF, Drawing, draw_targets
from playground.app.demo.job import LOADING_S, PROGRESS_S, seconds_on_gpu
from playground.app.demo.steps import Order, Progress
from playground.app.demo.toggle import GPU, get_tracker
from playground.app.demo.zero_gpu import on_gpu
from playground.events import TrackEvent
from playground.follow import FrameTracker
from playground.peers import PEERS
from playground.video.read import Frame
from playground.video.write import open_writer
from playground.visualise.inside.compare import agreement, first_disagreement
from playground.visualise.overlay import Trail

# Trackers beside models that need no weights: name of the peer -> label.
CLASSICAL = {"csrt": "CSRT (OpenCV)", "kcf": "KCF (OpenCV)", "mosse": "MOSSE (OpenCV)", "first-box": "The first box"}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Compared:
    """Events of both by name, in the order in which they were asked for, without their edges; each tracker's own frames
    a second, without decoding and drawing; and the video with both boxes."""

    events: dict[str, list[TrackEvent]]
    fps: dict[str, float | None]
    video: Path
    note: str = ""

    @property
    def names(self) -> tuple[str, str]:
        """The two names."""
        one, other = self.events
        return one, other

    def agreed(self) -> float:
        """Mean IoU between the two, 0..1."""
        return float(agreement(*self.events.values()).mean())

    def apart(self, least: float) -> int | None:
        """Number of the first frame on which they overlap by less than ``least`` IoU; None when there is none."""
        one, other = self.events.values()
        place = first_disagreement(one, other, least)
        return None if place is None else one[place].index


Steps = Generator[Progress | Compared, None, None]


def compare(order: Order, other: str) -> Steps:
    """`compare_trackers` with the chosen model and ``other``: a model, or one of `CLASSICAL`.

    Raises ``ValueError`` naming what is wrong.
    """
    return _compare_on_gpu(order, other) if order.chosen.device == GPU else _compare(order, other)


def _compare(order: Order, other: str) -> Steps:
    chosen = order.chosen
    if other == chosen.model:
        raise ValueError(f"model: choose another one than {other} to compare it with.")
    second: FrameTracker[Any] = PEERS[other]("") if other in CLASSICAL else get_tracker(other, chosen.device)
    trackers = {_short(chosen.model): get_tracker(chosen.model, chosen.device), _short(other): second}
    if len(trackers) == 1:  # two folders of the same name
        trackers = dict(zip((chosen.model, other), [get_tracker(chosen.model, chosen.device), second], strict=True))
    yield from compare_trackers(trackers, order)


def _short(model: str) -> str:
    return CLASSICAL.get(model, Path(model).name)


_compare_on_gpu = on_gpu(lambda order, other: 2 * seconds_on_gpu(order) - LOADING_S)(_compare)


def compare_trackers(trackers: Mapping[str, FrameTracker[Any]], order: Order) -> Steps:
    """Follow the first box with both of ``trackers``, given by name.

    Yields `Progress` as `playground.app.demo.job.track_clip` does, then `Compared` once. Closing the generator leaves
    no file. Raises ``ValueError`` naming ``box``, ``start``, or ``end`` when there are fewer than two frames.
    """
    chosen, clip = order.chosen, order.chosen.clip
    if chosen.frames < 2:
        raise ValueError("end: a comparison needs at least 2 frames; choose a later end, or an earlier start.")
    events: dict[str, list[TrackEvent]] = {name: [] for name in trackers}
    states: dict[str, Any] = {}
    trails, video = [Trail(), Trail()], order.folder / f"{clip.path.stem}_compared.mp4"
    done, shown, note, drawing = 0, -PROGRESS_S, "", Drawing(search=False)
    began = time.monotonic()
    with open_writer(video, clip.fps, crf=CRF) as write, closing(clip.read(chosen.start)) as frames:
        for frame in frames:
            for name, tracker in trackers.items():
                states[name], event = _step(tracker, states.get(name), frame, order)
                events[name].append(replace(event, index=frame.index, edges=()))
            image = draw_targets(frame.image, [found[-1] for found in events.values()], trails, [], drawing)
            write(image, frame.time_s - next(iter(events.values()))[0].time_s)
            done += 1
            seconds = time.monotonic() - began
            if seconds - shown >= PROGRESS_S:
                shown = seconds
                yield Progress(done=done, total=max(chosen.frames, done), fps=done / max(seconds, 1e-3), image=image)
            note = order.why_end(done, seconds) if done > 1 else ""
            if note or frame.index >= chosen.end:
                break
    yield Compared(events=events, fps={name: _fps(found) for name, found in events.items()}, video=video, note=note)


def _step(tracker: FrameTracker[Any], state: Any, frame: Frame, order: Order) -> tuple[Any, TrackEvent]:
    if state is None:
        return tracker.start(frame.image, order.chosen.boxes[0], time_s=frame.time_s)
    return tracker.step(state, frame.image, time_s=frame.time_s)


def _fps(events: list[TrackEvent]) -> float | None:
    """Frames a second of the tracker alone, without its start; None for one that computes nothing."""
    spent = sum(sum(event.timing_ms.values()) for event in events[1:])
    return 1e3 * (len(events) - 1) / spent if spent else None
