"""Events survive the way through JSON unchanged."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.box import Box
from playground.events import TrackEvent, TrainEvent

NUMBER = st.floats(allow_nan=False, allow_infinity=False)
BOX = st.builds(Box, NUMBER, NUMBER, NUMBER, NUMBER)
TRACK_VALUES = st.fixed_dictionaries(
    {
        "index": st.integers(0),
        "time_s": NUMBER,
        "box": BOX,
        "score": st.none() | st.floats(0, 1),
        "lost": st.booleans(),
        "search": st.none() | BOX,
        "edges": st.just(()) | st.tuples(*[st.lists(st.floats(0, 1), max_size=5).map(tuple)] * 4),
        "updated": st.booleans(),
        "problem": st.text(),
        "timing_ms": st.dictionaries(st.text(), NUMBER),
    }
)
TRAIN_VALUES = st.fixed_dictionaries(
    {
        "step": st.integers(0),
        "steps": st.integers(1),
        "losses": st.dictionaries(st.text(), NUMBER),
        "lr": NUMBER,
        "samples_s": NUMBER,
        "data_wait": st.floats(0, 1),
        "eta_s": NUMBER,
        "checked": st.dictionaries(st.text(), NUMBER),
        "stopped": st.booleans(),
    }
)


@given(TRACK_VALUES)
def test_a_track_event_is_one_line_of_json_and_comes_back_equal(values):
    event = TrackEvent(**values)
    line = event.to_json()
    assert len(line.splitlines()) == 1
    assert set(json.loads(line)) == set(values)
    assert TrackEvent.from_json(line) == event


@given(TRAIN_VALUES)
def test_a_train_event_is_one_line_of_json_and_comes_back_equal(values):
    event = TrainEvent(**values)
    line = event.to_json()
    assert len(line.splitlines()) == 1
    assert json.loads(line) == values
    assert TrainEvent.from_json(line) == event


def test_an_event_of_another_kind_is_refused():
    line = json.loads(TrackEvent(index=0, time_s=0.0, box=Box(1.0, 2.0, 3.0, 4.0)).to_json())
    with pytest.raises(TypeError, match="colour"):
        TrackEvent.from_json(json.dumps(line | {"colour": "red"}))
    with pytest.raises(TypeError, match="step|index"):
        TrainEvent.from_json(json.dumps(line))


def test_an_event_cannot_be_changed():
    event = TrackEvent(index=0, time_s=0.0, box=Box(1.0, 2.0, 3.0, 4.0))
    with pytest.raises(AttributeError):
        event.lost = True
