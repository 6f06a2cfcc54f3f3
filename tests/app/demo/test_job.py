"""One job of the page: progress, files that agree with each other, early ends, and nothing left after an error."""

import csv
import pickle
from dataclasses import replace

import av
import numpy as np
import pytest

from playground.app.demo import job, limits
from playground.app.demo.drawing import Drawing
from playground.app.demo.job import change, read_setting, run, seconds_on_gpu, track_clip
from playground.app.demo.steps import Finished, Progress
from playground.app.demo.toggle import get_tracker
from playground.box import Box
from playground.config import TrackerConfig
from playground.follow import follow
from playground.tracker import Answer, FakeBackend, Tracker

OTHER = Box(60.0, 20.0, 20.0, 20.0)


def _tracker(score: float = 0.9) -> Tracker:
    """Always finds the target in the middle of the search region, so the box stays where it is."""
    half = 0.5 / TrackerConfig().crop.search_factor
    middle = (0.5 - half, 0.5 - half, 0.5 + half, 0.5 + half)
    return Tracker(FakeBackend(lambda search, memory: Answer(middle, score, np.ones((4, 2)))))


def _video_frames(path) -> list[tuple[float, np.ndarray]]:
    with av.open(str(path)) as container:
        return [(frame.time, frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]


def test_a_job_ends_with_files_that_agree(order):
    asked = order()
    *before, end = track_clip(_tracker(), asked)
    assert all(isinstance(step, Progress) for step in before) and isinstance(end, Finished)
    assert (before[0].done, before[0].total) == (1, 12) and before[0].image.shape == (96, 128, 3)
    rows = list(csv.DictReader(end.files["csv"].open()))
    assert [int(row["index"]) for row in rows] == list(range(12))
    assert [float(rows[0][key]) for key in "xywh"] == [20, 30, 24, 24]
    shown = _video_frames(end.files["mp4"])
    assert [time for time, _ in shown] == pytest.approx([i / 25 for i in range(12)], abs=1e-3)
    assert shown[0][1][30, 22:42, 1].mean() > 150  # the green line of the box, on a dark frame
    assert len(end.targets[0].events) == len(end.targets[0].bits) == 12 and end.note == ""
    assert {"decode", "crop", "locate", "draw", "write"} <= set(end.stages_ms) and min(end.stages_ms.values()) >= 0
    assert {path.name for path in asked.folder.iterdir()} == {path.name for path in end.files.values()}


def test_several_targets_are_each_tracked_as_if_alone(order, choose, toy_model):
    chosen = choose(start=3)
    *_, end = run(order(boxes=(*chosen.boxes, OTHER), start=3))
    for target, box in zip(end.targets, (*chosen.boxes, OTHER), strict=True):
        alone = [event for _, event in follow(get_tracker(toy_model, "cpu"), chosen.clip.read(3), box)]
        assert [e.index for e in target.events] == [e.index for e in alone]
        for event, expected in zip(target.events, alone, strict=True):
            assert event.box.as_tuple() == pytest.approx(
                expected.box.as_tuple(), abs=0.01
            )  # in one pass: but for rounding
            assert event.score == pytest.approx(expected.score, abs=1e-5)


def test_a_job_from_the_middle_keeps_frame_numbers_but_its_video_starts_at_zero(order):
    *_, end = track_clip(_tracker(score=0.1), order(start=7, end=10))
    assert [event.index for event in end.targets[0].events] == [7, 8, 9, 10]
    shown = _video_frames(end.files["mp4"])
    assert shown[0][0] == 0 and len(shown) == 4
    assert end.targets[0].summary.lost == [[8, 10]] and end.lost_score == 0.3


def test_stop_keeps_what_was_tracked(order, monkeypatch):
    monkeypatch.setattr(job, "PROGRESS_S", 0.0)
    asked = order()
    steps = track_clip(_tracker(), asked)
    for _ in range(3):
        next(steps)
    asked.stop.touch()
    *_, end = steps
    assert len(end.targets[0].events) == 3 == len(_video_frames(end.files["mp4"]))
    assert end.note == "Stopped after 3 frames."


def test_the_limit_of_frames_is_told(order, monkeypatch):
    monkeypatch.setattr(limits, "MAX_FRAMES", 4)
    *_, end = track_clip(_tracker(), order(end=3))
    assert len(end.targets[0].events) == 4 and "limit of 4 frames" in end.note
    monkeypatch.setattr(limits, "MAX_FRAMES", 12)
    *_, end = track_clip(_tracker(), order())
    assert len(end.targets[0].events) == 12 and end.note == ""


def test_a_wrong_box_or_start_and_a_closed_job_leave_no_file(order):
    for changes, words in (({"boxes": (Box(500, 0, 5, 5),)}, "box: "), ({"start": 40}, "start: 40 is beyond")):
        with pytest.raises(ValueError, match=f"^{words}"):
            list(track_clip(_tracker(), order(**changes)))
    asked = order()
    running = track_clip(_tracker(), asked)
    next(running)
    running.close()
    assert list(asked.folder.iterdir()) == []


def test_templates_are_drawn_from_what_the_network_sees(order):
    plain, shown = (
        _video_frames(list(track_clip(_tracker(), order(drawing=Drawing(templates=on))))[-1].files["mp4"])[5][1]
        for on in (False, True)
    )
    middle = (slice(82, 87), slice(10, 15))  # of a thumbnail of 16 pixels, 4 off the corner
    assert plain[middle][..., 0].mean() < 90 < 150 < shown[middle][..., 0].mean()  # the red square


def test_an_order_can_be_sent_to_another_process_and_says_how_long_it_takes(order):
    asked = order(settings={"lost_score": 0.5})
    there = pickle.loads(pickle.dumps(asked))
    assert there.chosen.boxes == asked.chosen.boxes and there.stop == asked.stop
    assert np.array_equal(there.chosen.clip.frame(3).image, asked.chosen.clip.frame(3).image)
    one, five = seconds_on_gpu(order(end=999)), seconds_on_gpu(order(end=999, boxes=(OTHER,) * 5))
    assert 20 < one < five < 300


def test_the_settings_of_the_order_reach_the_tracker(order):
    *_, end = run(order(settings={"lost_score": 1.0}))
    assert end.lost_score == 1.0 and end.targets[0].summary.lost == [[1, 11]]
    with pytest.raises(ValueError, match="^model: 'nosuch' is unknown"):
        list(run(order(model="nosuch")))


def test_settings_are_read_and_replaced_by_dotted_name():
    config = TrackerConfig()
    assert read_setting(config, "update.interval") == 200 and read_setting(config, "lost_score") == 0.3
    expected = replace(config, lost_score=0.5, update=replace(config.update, interval=7))
    assert change(config, {"lost_score": 0.5, "update.interval": 7}) == expected
    with pytest.raises(ValueError, match="interval: must be at least 1"):
        change(config, {"update.interval": 0})
    with pytest.raises(ValueError, match=r"search_factor: expected float; got None"):
        change(config, {"crop.search_factor": None})
