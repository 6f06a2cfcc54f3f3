"""A sequence comes back from its record, images or video; numbers come back from text to the last bit."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from playground.data.sequence import Sequence
from playground.evaluate.record import DataRecord, SequenceRecord, rows_to_text
from playground.settings import from_json, to_json

BOXES = np.array([[0.1, 1 / 3, 20, 1e6], [np.nan] * 4])


@pytest.mark.parametrize("frames", [(Path("/clips/a/2.jpg"), Path("/clips/a/10.jpg")), Path("/clips/a.mp4")])
def test_a_sequence_comes_back_through_json(frames):
    sequence = Sequence("a", frames, BOXES, ("fast",))
    record = DataRecord(location="otb:x", protocol="otb", sequences=(SequenceRecord.of(sequence, (64, 48)),))
    kept = from_json(DataRecord, to_json(record)).sequences[0]
    back = kept.to_sequence()
    assert (back.name, back.frames, back.attributes) == (sequence.name, sequence.frames, sequence.attributes)
    assert np.array_equal(back.boxes, BOXES, equal_nan=True)
    assert kept.frame_size == (64, 48) and SequenceRecord.of(sequence).frame_size is None


@given(arrays(np.float64, (3, 2), elements=st.floats(allow_infinity=False)))
def test_numbers_come_back_from_text(rows):
    back = [[float(value) for value in line.split(",")] for line in rows_to_text(rows).splitlines()]
    assert np.array_equal(np.array(back), rows, equal_nan=True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("name", name) for name in ("../a", "/a", "a/b", "a\\b", "..", ".a", "", "a\nb", "a\0b")),
        *(("files", (name,)) for name in ("../a.jpg", "/a.jpg", "")),
        *(("size", size) for size in ((1,), (1, 2, 3), (0, 2), (4, -2))),
    ],
)
def test_a_record_whose_names_lead_elsewhere_or_size_is_none_is_refused(field, value):
    good = {"name": "a b", "attributes": (), "folder": "/data", "files": ("1.jpg",), "boxes": "1,2,3,4", "size": (4, 2)}
    assert SequenceRecord(**good).frame_size == (4, 2)
    with pytest.raises(ValueError, match=f"^{field}: "):
        SequenceRecord(**good | {field: value})
    with pytest.raises(ValueError, match="^sequences: two have the same name"):
        DataRecord(location="otb:x", protocol="otb", sequences=(SequenceRecord(**good),) * 2)
