"""PyTorch's answers are those of the tracker, without what changes from run to run."""

import json

import pytest
from exported import toy_source

from playground.api import load
from playground.app.page.example import example_frames
from playground.app.page.reference import reference_events, write_reference
from playground.events import TrackEvent
from playground.follow import follow


def test_they_are_what_the_tracker_says(tmp_path_factory, tmp_path):
    source = toy_source(tmp_path_factory)
    frames, box = example_frames()
    path = tmp_path / "deep" / "reference.json"
    write_reference(source, "f" * 64, path)
    read = json.loads(path.read_text())
    assert read["source_sha256"] == "f" * 64
    events = [TrackEvent.from_json(json.dumps(event)) for event in read["events"]]
    assert len(events) == 60 and events == reference_events(source)
    for event, (_, other) in zip(events, follow(load(str(source)), frames, box), strict=True):
        assert event.box.as_tuple() == pytest.approx(other.box.as_tuple(), abs=1e-3)
        assert event.timing_ms == {} and event.updated == other.updated
        assert len(event.edges) == len(other.edges)
