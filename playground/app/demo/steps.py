"""A job of the page as values: what is asked for, how far it is, and what came out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from playground.app.demo import limits
from playground.app.demo.chosen import Chosen
from playground.app.demo.drawing import Drawing
from playground.app.track_command import Summary
from playground.events import TrackEvent
from playground.visualise.inside.distributions import entropy


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What to track, with which ``settings`` of the tracker by dotted name, how to draw it, and where the files go.

    The job ends early, and keeps what it has, when a file ``stop`` appears. All of it can be sent to another process.
    """

    chosen: Chosen
    folder: Path
    settings: Mapping[str, float | None] = field(default_factory=dict)
    drawing: Drawing = field(default_factory=Drawing)

    @property
    def stop(self) -> Path:
        """The file that asks the job to end."""
        return self.folder / "stop"

    def why_end(self, done: int, seconds: float) -> str:
        """Why the job is to end after ``done`` frames in ``seconds``, for the visitor; empty while it may go on."""
        if self.stop.exists():
            return f"Stopped after {done} frames."
        if seconds >= limits.MAX_JOB_S:
            return f"Ended after {done} frames, at this page's limit of {limits.MAX_JOB_S / 60:.3g} minutes."
        return ""


@dataclass(slots=True)
class Followed:
    """One target: its events without their edges, how unsure each was (mean entropy of the edges in bits, None on the
    first frame), and the summary."""

    events: list[TrackEvent] = field(default_factory=list)
    bits: list[float | None] = field(default_factory=list)
    summary: Summary = field(default_factory=Summary)

    def add(self, event: TrackEvent) -> None:
        """Take the next event."""
        self.bits.append(float(entropy(np.array(event.edges)).mean()) if event.edges else None)
        self.events.append(replace(event, edges=()))
        self.summary.add(event)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Progress:
    """``done`` of ``total`` frames at ``fps`` frames a second; ``image`` is the newest frame with its drawing."""

    done: int
    total: int
    fps: float
    image: np.ndarray

    @property
    def eta_s(self) -> float:
        """Seconds to the end at this speed."""
        return (self.total - self.done) / max(self.fps, 1e-3)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Finished:
    """What a track left: ``files`` by kind, ``mp4`` among them, and its targets.

    ``fps`` is with everything, ``stages_ms`` milliseconds a frame by stage; ``lost_score`` the score below which a
    target counts as lost; ``note`` says why the track ended early, and is empty when it did not.
    """

    files: dict[str, Path]
    targets: list[Followed]
    fps: float
    stages_ms: dict[str, float]
    lost_score: float
    note: str = ""
