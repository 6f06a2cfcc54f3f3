"""``playground track``: a video and one or several boxes in, an annotated video, the boxes and a summary out."""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from playground.api import load, load_fastest
from playground.app.boxes_file import open_boxes
from playground.box import Box
from playground.events import TrackEvent
from playground.follow import Step, follow_all
from playground.prefetch import prefetch
from playground.video.decode import DEFAULT_FPS
from playground.video.read import describe, read_frames
from playground.video.write import FORMATS, open_writer
from playground.visualise.overlay import Trail, draw_all

Sink = Callable[[Step], None]


def track_to_files(
    video: str,
    box: Sequence[str],
    model: str,
    out: Path | None,
    boxes: Path | None,
    start: int,
    device: str,
    backend: str = "torch",
) -> str:
    """Track every ``box`` and write what is asked for; returns the summary. Files appear only when they are whole.

    Ctrl-C ends the track after the frame at hand and keeps what was tracked so far. Raises ``ValueError`` naming the
    argument that is wrong.
    """
    first = [Box.parse(one) for one in box]
    if not first:
        raise ValueError("box: draw the target on the first frame, as --box X,Y,W,H in pixels; once for each target.")
    if out is not None:
        _check_out(out, video)
    info = describe(video)
    chosen = ""
    if backend == "auto":
        choice, tracker = load_fastest(model, device=device)
        chosen = f"backend: {choice}"
    else:
        tracker = load(model, backend=backend, device=device)
    with ExitStack() as files:
        sinks: list[Sink] = []
        if boxes is not None:
            write_events = files.enter_context(open_boxes(boxes, model, len(first)))
            sinks.append(lambda step: write_events(*step.events))
        if out is not None:
            sinks.append(_drawn(files.enter_context(open_writer(out, info.fps or DEFAULT_FPS)), len(first)))
        stopped = files.enter_context(_interruptible())
        total = None if info.frames is None else max(info.frames - start, 0)
        summaries = [Summary() for _ in first]
        # One thread decodes, one tracks, this one draws and writes: together they take as long as the slowest.
        steps = files.enter_context(
            closing(prefetch(follow_all(tracker, prefetch(read_frames(video, start=start)), first)))
        )
        for step in tqdm(steps, total=total, unit="frame", leave=False, disable=None):
            for sink in sinks:
                sink(step)
            for summary, event in zip(summaries, step.events, strict=True):
                summary.add(event)
            if stopped():
                break
    return "\n".join(filter(None, (chosen, summary_text(summaries))))


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


def _drawn(write: Any, targets: int) -> Sink:
    trails = [Trail() for _ in range(targets)]
    begin: float | None = None  # a track from the middle of a video still makes one that starts at 0

    def sink(step: Step) -> None:
        nonlocal begin
        frame = step.frame
        begin = frame.time_s if begin is None else begin
        write(draw_all(frame.image, step.events, trails, numbered=targets > 1), time_s=frame.time_s - begin)

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

    def speed(self) -> str:
        """Seconds since the beginning, and frames a second."""
        seconds = max(time.perf_counter() - self.begin, 1e-9)
        return f"{seconds:.1f} s ({self.frames / seconds:.1f} FPS)"

    def spans(self) -> str:
        """Where the target was lost."""
        return "lost spans: " + (", ".join(f"{first}-{last}" for first, last in self.lost) or "none")


def summary_text(summaries: Sequence[Summary]) -> str:
    """One line for one target, and one more for each problem; of several, a line each, by number from 1."""
    first = summaries[0]
    if len(summaries) == 1:
        return "\n".join([f"{first.frames} frames in {first.speed()}; {first.spans()}", *first.problems])
    lines = [f"{first.frames} frames of {len(summaries)} targets in {first.speed()}"]
    for number, summary in enumerate(summaries, start=1):
        lines += [f"target {number}: {told}" for told in (summary.spans(), *summary.problems)]
    return "\n".join(lines)
