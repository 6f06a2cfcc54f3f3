"""The tables say what the numbers are, and what is missing."""

import numpy as np
from tiny_evaluation import make_record, make_sequence, make_track

from playground.evaluate.protocol import PLAIN, PROTOCOLS
from playground.evaluate.record import DataRecord, SequenceRecord
from playground.evaluate.results import Results
from playground.evaluate.tables import sequence_head, sequence_line, summary_lines

BOX, AWAY, NAN = [10, 10, 20, 20], [90, 90, 20, 20], [np.nan] * 4


def _results(protocol, tracks, names):
    sequences = tuple(make_sequence(name, [BOX] * 3) for name in names)
    records = tuple(map(SequenceRecord.of, sequences))
    data = DataRecord(location="otb:here", protocol=protocol, sequences=records)
    trackers = {name: make_record(jobs=2) for name in tracks}
    return Results(name="otb-here", data=data, sequences=sequences, trackers=trackers, tracks=tracks)


def test_a_sequence_has_its_benchmarks_own_measures_under_their_names():
    track = make_track("a", [BOX] * 3, [BOX] * 3, size=(64, 48))
    assert sequence_head(PLAIN).split()[3:6] == ["AUC", "P@20", "PN@0.2"]
    assert sequence_line(track, PLAIN).split() == ["someone", "a", "3", "0.952", "1.000", "1.000", "10.0", "small"]
    assert sequence_head(PROTOCOLS["got10k"]).split()[3:6] == ["AO", "SR.50", "SR.75"]
    assert sequence_line(track, PROTOCOLS["got10k"]).split()[3:6] == ["1.000"] * 3
    assert sequence_line(make_track("a", [BOX] * 3, [BOX, NAN, NAN]), PLAIN).endswith("true boxes withheld")


def test_trackers_come_best_first_with_intervals_groups_and_what_is_missing():
    good = (make_track("a", [BOX] * 3, [BOX] * 3), make_track("b", [BOX] * 3, [BOX] * 3))
    bad = (make_track("a", [BOX, AWAY, AWAY], [BOX] * 3),)
    lines = list(summary_lines(_results("plain", {"bad": bad, "good": good}, "ab")))
    assert lines[0] == "otb-here: 2 sequences, rules of plain"
    assert lines[1] == "bad: 1 sequences are missing, first b"
    rows = [line.split() for line in lines]
    assert rows[3] == ["good", "2", "0.952", "0.952", "to", "0.952", "1.000", "1.000", "10.0", "0", "-"]
    assert rows[4][:3] == ["bad", "1", "0.000"]
    assert lines[5] == "good: someone, cpu, 2 at a time on 1 threads each, a box"
    assert [(row[0], row[-1]) for row in rows[-2:]] == [("small", "good"), ("small", "bad")]


def test_withheld_truth_points_to_the_server():
    tracks = {"someone": (make_track("a", [BOX] * 3, [BOX, NAN, NAN]),)}
    lines = list(summary_lines(_results("got10k", tracks, "a")))
    assert any("withheld; playground submit" in line for line in lines)
