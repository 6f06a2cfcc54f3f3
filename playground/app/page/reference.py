"""What PyTorch says of the page's example clip: shown while a model loads, and what the browser is compared with."""

import json
from dataclasses import replace
from pathlib import Path

from playground.app.page.example import example_frames
from playground.events import TrackEvent
from playground.files import replacing
from playground.follow import follow
from playground.hub import load_model, load_tracker_config
from playground.tracker import Tracker

DIGITS = 5  # of the edge probabilities, which are only drawn; boxes and scores are compared, so they are kept whole


def reference_events(source: Path) -> list[TrackEvent]:
    """The example clip tracked through PyTorch with the weights and settings of a model folder; no timing."""
    from playground.backends.torch import TorchBackend

    frames, box = example_frames()
    tracker = Tracker(TorchBackend(load_model(source), "cpu"), load_tracker_config(source))
    return [_lean(event) for _, event in follow(tracker, frames, box)]


def write_reference(source: Path, source_sha256: str, path: Path) -> None:
    """Write ``reference.json``: the events, and the checksum of the weights they were made with."""
    events = [json.loads(event.to_json()) for event in reference_events(source)]
    text = json.dumps({"source_sha256": source_sha256, "events": events}, separators=(",", ":"))
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as beside:
        beside.write_text(text + "\n", encoding="utf-8")


def _lean(event: TrackEvent) -> TrackEvent:
    edges = tuple(tuple(round(value, DIGITS) for value in row) for row in event.edges)
    return replace(event, edges=edges, timing_ms={})
