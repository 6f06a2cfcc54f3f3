"""What was written is read back exactly, a result counts when it is whole, and damage is named."""

import numpy as np
import pytest
from tiny_evaluation import make_record, make_sequence, make_track

from playground.evaluate.record import DataRecord, SequenceRecord
from playground.evaluate.results import (
    DATA,
    TRACKER,
    is_finished,
    read_results,
    read_track,
    write_record,
    write_track,
)

TRUTH = [[0, 0, 10, 10]] * 3
FOUND = [[0, 0, 10, 10], [1 / 3, 1e-9, 10.1, 1e5], [np.nan] * 4]


def _write(folder, tracks, sequences):
    records = tuple(SequenceRecord.of(sequence) for sequence in sequences)
    write_record(folder / DATA, DataRecord(location="otb:here", protocol="plain", sequences=records))
    write_record(folder / "someone" / TRACKER, make_record())
    for track in tracks:
        write_track(folder / "someone", track)


def test_a_track_comes_back_to_the_last_bit(tmp_path):
    track = make_track("one", FOUND, TRUTH, scores=np.array([np.nan, 0.1, 2 / 3]))
    write_track(tmp_path / "someone", track)
    back = read_track(tmp_path / "someone", track.sequence, (64, 48))
    for name in ("boxes", "seconds", "scores"):
        assert np.array_equal(getattr(back, name), getattr(track, name), equal_nan=True)
    assert (back.tracker, back.size) == ("someone", (64, 48))
    assert sorted(p.name for p in (tmp_path / "someone").iterdir()) == ["one.txt", "one_score.txt", "one_time.txt"]
    assert (tmp_path / "someone" / "one.txt").read_text().splitlines()[0] == "0.0,0.0,10.0,10.0"


@pytest.mark.parametrize("part", ["", "_time", "_score"])
def test_a_result_is_finished_only_when_every_file_has_a_line_a_frame(tmp_path, part):
    track = make_track("one", FOUND, TRUTH)
    assert not is_finished(tmp_path, track.sequence)
    write_track(tmp_path, track)
    assert is_finished(tmp_path, track.sequence)
    path = tmp_path / f"one{part}.txt"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:2]))
    assert not is_finished(tmp_path, track.sequence)
    path.unlink()
    assert not is_finished(tmp_path, track.sequence)


@pytest.mark.parametrize("damage", ["1,2,3\n" * 3, "1,2,3,x\n" * 3, "1,2,3,4\n1,2\n1,2,3,4\n"])
def test_damage_is_named(tmp_path, damage):
    track = make_track("one", FOUND, TRUTH)
    write_track(tmp_path, track)
    (tmp_path / "one.txt").write_text(damage)
    with pytest.raises(ValueError, match=r"^results: .*one\.txt is damaged"):
        read_track(tmp_path, track.sequence)


def test_all_results_come_by_data_set_and_tracker_and_say_what_is_missing(tmp_path):
    sequences = [make_sequence(name, TRUTH, ("fast", "dark")) for name in ("one", "two")]
    _write(tmp_path / "otb-here", [make_track("two", FOUND, TRUTH)], sequences)
    results = read_results(tmp_path)["otb-here"]
    assert [sequence.name for sequence in results.sequences] == ["one", "two"]
    assert results.sequences[0].attributes == ("fast", "dark")
    assert [track.sequence.name for track in results.tracks["someone"]] == ["two"]
    assert results.missing("someone") == ("one",)
    assert results.trackers["someone"] == make_record()
    with pytest.raises(ValueError, match=r"^results: no DATA/data\.json under .*otb-here"):
        read_results(tmp_path / "otb-here")
