"""What happened: frozen, JSON-able records that every running loop yields and every door consumes."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from playground.box import Box

Edges = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackEvent:
    """One frame of a track.

    ``index`` is the frame's number in the source, ``time_s`` its presentation time in seconds. ``box`` is in frame
    pixels. ``score`` is the model's confidence in 0..1, or None for a model without score head or on the first
    frame. ``lost`` is True when the score is below the tracker's threshold or the output was not finite.
    ``search`` is the square search region in frame pixels. ``edges`` holds four probability rows over the bins, in
    the order left, top, right, bottom (empty on the first frame). ``updated`` is True when an online template was
    taken. ``problem`` says in words what went wrong with this frame, and is empty otherwise.
    ``timing_ms`` maps a stage's name to its milliseconds.
    """

    index: int
    time_s: float
    box: Box
    score: float | None = None
    lost: bool = False
    search: Box | None = None
    edges: Edges = ()
    updated: bool = False
    problem: str = ""
    timing_ms: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> str:
        """One line of JSON that `from_json` reads back to an equal event."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> "TrackEvent":
        """Inverse of `to_json`. Raises ``TypeError`` on a field that no event has."""
        values: dict[str, Any] = json.loads(line)
        values["box"] = Box(**values["box"])
        values["search"] = Box(**values["search"]) if values["search"] else None
        values["edges"] = tuple(tuple(row) for row in values["edges"])
        return cls(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainEvent:
    """A stretch of training up to ``step`` of ``steps``.

    ``losses`` are means by name since the last event; ``lr`` the last step's learning rate; ``samples_s`` search
    regions a second over all processes; ``data_wait`` the share of the time, 0..1, that the network waited for
    batches; ``eta_s`` seconds to the end at this speed. ``checked`` is what a validation said, by name; empty mostly.
    ``stopped`` is True on the last event of a run that was asked to stop before its end.
    """

    step: int
    steps: int
    losses: dict[str, float]
    lr: float
    samples_s: float
    data_wait: float = 0.0
    eta_s: float = 0.0
    checked: dict[str, float] = field(default_factory=dict)
    stopped: bool = False

    def to_json(self) -> str:
        """One line of JSON, as it stands in ``events.jsonl`` of a run, that `from_json` reads back."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> "TrainEvent":
        """Inverse of `to_json`. Raises ``TypeError`` on a field that no event has."""
        return cls(**json.loads(line))
