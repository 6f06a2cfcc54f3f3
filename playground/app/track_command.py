"""``playground track``: a video and a box in, an annotated video, the boxes and a summary out."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from playground.api import choose_backend, load
from playground.app.boxes_file import open_boxes
from playground.box import Box
from playground.events import TrackEvent
from playground.follow import follow
from playground.prefetch import prefetch
from playground.video.decode import DEFAULT_FPS
from playground.video.read import Frame, describe, read_frames
from playground.video.write import FORMATS, open_writer
from playground.visualise.overlay import Trail, draw

Sink = Callable[[Frame, TrackEvent], None]


def track_to_files(
    video: str,
    box: str,
    model: str,
    out: Path | None,
    boxes: Path | None,
    start: int,
    device: str,
    backend: str = "torch",
) -> str:
    """Track and write what is asked for; returns the summary. Files appear only when they are whole.

    Ctrl-C ends the track after the frame at hand and keeps what was tracked so far. Raises ``ValueError`` naming the
    argument that is wrong.
    """
    first = Box.parse(box)
    if out is not None:
        _check_out(out, video)
    info = describe(video)
    chosen = f"backend: {choose_backend(model, device=device)}" if backend == "auto" else ""
    tracker = load(model, backend=backend, device=device)
    with ExitStack() as files:
        sinks: list[Sink] = []
        if boxes is not None:
            write_event = files.enter_context(open_boxes(boxes, model))
            sinks.append(lambda frame, event: write_event(event))
        if out is not None:
            sinks.append(_drawn(files.enter_context(open_writer(out, info.fps or DEFAULT_FPS))))
        stopped = files.enter_context(_interruptible())
        total = None if info.frames is None else max(info.frames - start, 0)
        summary = Summary()
        # One thread decodes, one tracks, this one draws and writes: together they take as long as the slowest.
        frames = files.enter_context(
            closing(prefetch(follow(tracker, prefetch(read_frames(video, start=start)), first)))
        )
        for frame, event in tqdm(frames, total=total, unit="frame", leave=False, disable=None):
            for sink in sinks:
                sink(frame, event)
            summary.add(event)
            if stopped():
                break
    return "\n".join(filter(None, (chosen, summary.text())))


def _check_out(out: Path, video: str) -> None:
    if out.suffix.lower() not in FORMATS:
        raise ValueError(f"out: the name must end in {', '.join(FORMATS)}; got {out.name!r}.")
    if not out.parent.is_dir():
        raise ValueError(f"out: the folder {out.parent} does not exist; create it first.")
    if out.exists() and (out.is_dir() or (Path(video).exists() and out.samefile(video))):
        raise ValueError(f"out: {out} is the video itself or a folder; choose another name.")


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Ctrl-C is noted and looked at between frames, so that files end whole; a second one stops at once."""
    pressed = False

    def note(number: int, frame: object) -> None:
        nonlocal pressed
        if pressed:
            raise KeyboardInterrupt
        pressed = True

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)


def _drawn(write: Any) -> Sink:
    trail = Trail()
    begin: float | None = None  # a track from the middle of a video still makes one that starts at 0

    def sink(frame: Frame, event: TrackEvent) -> None:
        nonlocal begin
        begin = frame.time_s if begin is None else begin
        write(draw(frame.image, event, trail), time_s=frame.time_s - begin)

    return sink


class Summary:
    """Counts a track as it runs: frames, speed, lost spans, problems."""

    def __init__(self) -> None:
        self.frames = 0
        self.lost: list[list[int]] = []  # first and last frame of each span
        self.problems: list[str] = []
        self.begin = time.perf_counter()

    def add(self, event: TrackEvent) -> None:
        """Take one event into account."""
        self.frames += 1
        if event.problem:
            self.problems.append(event.problem)
        if event.lost and self.lost and self.lost[-1][1] == event.index - 1:
            self.lost[-1][1] = event.index
        elif event.lost:
            self.lost.append([event.index, event.index])

    def text(self) -> str:
        """One line, and one more for each problem."""
        seconds = max(time.perf_counter() - self.begin, 1e-9)
        spans = ", ".join(f"{first}-{last}" for first, last in self.lost) or "none"
        lines = [f"{self.frames} frames in {seconds:.1f} s ({self.frames / seconds:.1f} FPS); lost spans: {spans}"]
        return "\n".join(lines + self.problems)
