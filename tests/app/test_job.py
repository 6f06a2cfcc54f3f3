"""One job of the page: progress, files that agree with each other, early ends, and nothing left after an error."""

import csv
import json
from dataclasses import replace

import av
import numpy as np
import pytest

from playground.app import job
from playground.app.clip import open_clip
from playground.app.job import Finished, Progress, change, get_tracker, read_setting, track_clip
from playground.box import Box
from playground.config import TrackerConfig
from playground.tracker import Answer, FakeBackend, Tracker

BOX = Box(20.0, 30.0, 24.0, 24.0)


def _tracker(score: float = 0.9) -> Tracker:
    """Always finds the target in the middle of the search region, so the box stays where it is."""
    half = 0.5 / TrackerConfig().crop.search_factor
    middle = (0.5 - half, 0.5 - half, 0.5 + half, 0.5 + half)
    return Tracker(FakeBackend(lambda search, memory: Answer(middle, score, np.ones((4, 2)))))


def _never() -> bool:
    return False


def _video_frames(path) -> list[tuple[float, np.ndarray]]:
    with av.open(str(path)) as container:
        return [(frame.time, frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]


def test_a_job_ends_with_files_that_agree(square_clip, tmp_path):
    *before, end = track_clip(_tracker(), "model", open_clip(square_clip), BOX, 0, tmp_path, _never)
    assert all(isinstance(step, Progress) for step in before) and isinstance(end, Finished)
    assert (before[0].done, before[0].total) == (1, 12) and before[0].image.shape == (96, 128, 3)
    rows = list(csv.DictReader(end.boxes["csv"].open()))
    assert [int(row["index"]) for row in rows] == list(range(12))
    assert [float(rows[0][key]) for key in "xywh"] == [20, 30, 24, 24]
    assert np.loadtxt(end.boxes["txt"], delimiter=",").tolist() == [[float(r[k]) for k in "xywh"] for r in rows]
    assert json.loads(end.boxes["json"].read_text())["model"] == "model"
    shown = _video_frames(end.video)
    assert [time for time, _ in shown] == pytest.approx([i / 25 for i in range(12)], abs=1e-3)
    assert shown[0][1][30, 22:42, 1].mean() > 150  # the green line of the box, on a dark frame
    assert len(end.events) == 12 and all(event.edges == () for event in end.events) and end.note == ""
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".csv", ".json", ".mp4", ".txt"]


def test_a_job_from_the_middle_keeps_frame_numbers_but_its_video_starts_at_zero(square_clip, tmp_path):
    *_, end = track_clip(_tracker(score=0.1), "m", open_clip(square_clip), BOX, 7, tmp_path, _never)
    assert [event.index for event in end.events] == [7, 8, 9, 10, 11]
    assert _video_frames(end.video)[0][0] == 0
    assert [list(span) for span in end.summary.lost] == [[8, 11]]


def test_stop_keeps_what_was_tracked(square_clip, tmp_path):
    asked = iter([False, False, True])
    *_, end = track_clip(_tracker(), "m", open_clip(square_clip), BOX, 0, tmp_path, lambda: next(asked))
    assert len(end.events) == 3 == len(_video_frames(end.video)) and end.note == "Stopped after 3 frames."


def test_the_limit_of_frames_is_kept_and_told(square_clip, tmp_path, monkeypatch):
    monkeypatch.setattr(job, "MAX_FRAMES", 4)
    first, *_, end = track_clip(_tracker(), "m", open_clip(square_clip), BOX, 0, tmp_path, _never)
    assert first.total == 4 == len(end.events) and "limit of 4 frames" in end.note
    monkeypatch.setattr(job, "MAX_FRAMES", 12)
    *_, end = track_clip(_tracker(), "m", open_clip(square_clip), BOX, 0, tmp_path, _never)
    assert len(end.events) == 12 and end.note == ""


def test_a_wrong_box_or_start_and_a_closed_job_leave_no_file(square_clip, tmp_path):
    clip = open_clip(square_clip)
    with pytest.raises(ValueError, match="^box: .*outside the 128x96 frame"):
        list(track_clip(_tracker(), "m", clip, Box(500, 0, 5, 5), 0, tmp_path, _never))
    with pytest.raises(ValueError, match="^start: 40 is beyond"):
        list(track_clip(_tracker(), "m", clip, BOX, 40, tmp_path, _never))
    running = track_clip(_tracker(), "m", clip, BOX, 0, tmp_path, _never)
    next(running)
    running.close()
    assert list(tmp_path.iterdir()) == []


def test_models_are_loaded_once_and_settings_are_changed_each_time(toy_model):
    plain, changed = get_tracker(toy_model, "auto", {}), get_tracker(toy_model, "auto", {"crop.search_factor": 3.0})
    assert plain.backend is changed.backend
    assert plain.config.lost_score == changed.config.lost_score == 0.125
    assert (plain.config.crop.search_factor, changed.config.crop.search_factor) == (4.5, 3.0)
    with pytest.raises(ValueError, match="^model: 'nosuch' is unknown"):
        get_tracker("nosuch", "auto", {})
    with pytest.raises(ValueError, match="^device: "):
        get_tracker(toy_model, "abacus", {})


def test_settings_are_read_and_replaced_by_dotted_name():
    config = TrackerConfig()
    assert read_setting(config, "update.interval") == 200 and read_setting(config, "lost_score") == 0.3
    expected = replace(config, lost_score=0.5, update=replace(config.update, interval=7))
    assert change(config, {"lost_score": 0.5, "update.interval": 7}) == expected
    with pytest.raises(ValueError, match="interval: must be at least 1"):
        change(config, {"update.interval": 0})
    with pytest.raises(ValueError, match=r"search_factor: expected float; got None"):
        change(config, {"crop.search_factor": None})
