"""Tracking on sequences whose result is known beforehand."""

import numpy as np
import pytest
from tiny_evaluation import write_otb

from playground.data.benchmarks import read_benchmark
from playground.data.sequence import Sequence
from playground.evaluate.run import evaluate, track_sequence
from playground.peers import FirstBox
from playground.tracker import Answer, FakeBackend, Tracker

NAN = ["nan"] * 4


def _sequences(root):
    return {sequence.name: sequence for sequence in read_benchmark(f"otb:{root}")}


def test_a_tracker_that_stands_still_is_perfect_on_a_still_target_only(tmp_path):
    write_otb(tmp_path, "still", [(21, 16, 20, 20)] * 5)
    write_otb(tmp_path, "gone", [(1, 1, 20, 20)] + [(41, 26, 20, 20)] * 4)
    # Search factor 4.5 of a 20 px box cuts 90 px, so the middle 20 px are 35/90 .. 55/90 of the crop.
    stays = FakeBackend(lambda s, m: Answer((35 / 90, 35 / 90, 55 / 90, 55 / 90), 0.9, np.ones((4, 2))))
    scores = {score.name: score for score in evaluate(Tracker(stays), _sequences(tmp_path).values())}
    assert scores["still"].auc == pytest.approx(20 / 21) and scores["still"].precision == 1
    assert scores["gone"].auc == 0 and scores["gone"].precision == 0
    assert scores["still"].frames == 5 and scores["still"].groups == ("small",)


def test_a_track_begins_with_the_first_true_box(tmp_path):
    write_otb(tmp_path, "late", [NAN, NAN, (11, 11, 20, 20), NAN, (11, 11, 20, 20)])
    track = track_sequence(FirstBox(), _sequences(tmp_path)["late"], "floor")
    assert track.tracker == "floor"
    assert np.isnan(track.boxes[:2]).all() and (track.boxes[2:] == [10, 10, 20, 20]).all()
    assert np.isfinite(track.seconds).tolist() == [False, False, True, True, True]
    assert (track.seconds[2:] >= 0).all() and np.isnan(track.scores).all()


def test_the_clock_stands_while_a_frame_is_read_and_runs_while_the_tracker_works(tmp_path, monkeypatch):
    now, read = 0.0, Sequence.read

    class Slow(FirstBox):
        def step(self, state, image, *, time_s=0.0):
            nonlocal now
            now += 5.0
            return super().step(state, image, time_s=time_s)

    def slow_disk(sequence):
        nonlocal now
        for frame in read(sequence):
            now += 100.0
            yield frame

    write_otb(tmp_path, "a", [(11, 11, 20, 20)] * 3)
    monkeypatch.setattr(Sequence, "read", slow_disk)
    monkeypatch.setattr("playground.evaluate.run.time.perf_counter", lambda: now)
    assert track_sequence(Slow(), _sequences(tmp_path)["a"]).seconds.tolist() == [5.0, 5.0, 5.0]


def test_what_cannot_be_tracked_is_named(tmp_path):
    write_otb(tmp_path, "never", [NAN, NAN])
    with pytest.raises(ValueError, match="^sequence never: boxes: no frame has a true box"):
        list(evaluate(FirstBox(), _sequences(tmp_path).values()))
    folder = write_otb(tmp_path, "broken", [(11, 11, 20, 20)] * 3)
    (folder / "img" / "0002.png").write_bytes(b"no picture")
    with pytest.raises(ValueError, match=r"0002\.png"):
        track_sequence(FirstBox(), _sequences(tmp_path)["broken"])
