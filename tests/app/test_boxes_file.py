"""Boxes files read back by readers that know nothing of the writer."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest

from playground.app.boxes_file import open_boxes
from playground.app.demo.downloads import write_downloads
from playground.box import Box
from playground.events import TrackEvent

EVENTS = [
    TrackEvent(index=5, time_s=0.2, box=Box(1.0, 2.0, 30.5, 40.25)),
    TrackEvent(index=6, time_s=0.24, box=Box(3.0, 4.0, 31.0, 41.0), score=0.25, lost=True, edges=((0.5, 0.5),) * 4),
]
BOXES = [[1, 2, 30.5, 40.25], [3, 4, 31, 41]]


def _write(path, events=EVENTS):
    with open_boxes(path, 'mini "small"') as write:
        for event in events:
            write(event)
    return path


def test_csv_has_a_named_column_for_everything(tmp_path):
    rows = list(csv.DictReader(_write(tmp_path / "b.csv").open()))
    assert list(rows[0]) == ["index", "time_s", "x", "y", "w", "h", "score", "lost"]
    assert [[float(row[key]) for key in "xywh"] for row in rows] == BOXES
    assert [row["index"] for row in rows] == ["5", "6"] and [float(row["time_s"]) for row in rows] == [0.2, 0.24]
    assert [row["score"] for row in rows] == ["", "0.2500"] and [row["lost"] for row in rows] == ["0", "1"]


def test_json_names_the_model_and_gives_back_equal_events(tmp_path):
    whole = json.loads(_write(tmp_path / "b.JSON").read_text())
    assert whole["model"] == 'mini "small"'
    assert [TrackEvent.from_json(json.dumps(event)) for event in whole["events"]] == EVENTS


def test_txt_is_what_otb_readers_take(tmp_path):
    assert np.loadtxt(_write(tmp_path / "b.txt"), delimiter=",").tolist() == BOXES


def test_an_empty_track_is_still_a_valid_file(tmp_path):
    assert json.loads(_write(tmp_path / "b.json", []).read_text())["events"] == []
    assert list(csv.DictReader(_write(tmp_path / "b.csv", []).open())) == []


# Three targets: the events of each.
SEVERAL = [
    [replace(event, box=Box(*(value + n for value in event.box.as_tuple()))) for event in EVENTS] for n in range(3)
]


def _write_several(path, targets=SEVERAL):
    with open_boxes(path, 'mini "small"', len(targets)) as write:
        for events in zip(*targets, strict=True):
            write(*events)
    return path


def test_several_targets_stand_as_the_page_writes_them(tmp_path):
    pages = write_downloads(tmp_path, "page", 'mini "small"', SEVERAL)
    assert _write_several(tmp_path / "b.csv").read_bytes() == pages["csv"].read_bytes()
    ours, theirs = (json.loads(path.read_text()) for path in (_write_several(tmp_path / "b.json"), pages["json"]))
    assert ours == theirs and [target["target"] for target in ours["targets"]] == [1, 2, 3]
    told = [[TrackEvent.from_json(json.dumps(event)) for event in target["events"]] for target in ours["targets"]]
    assert told == SEVERAL
    none = json.loads(_write_several(tmp_path / "n.json", [[], []]).read_text())
    assert none == {"model": 'mini "small"', "targets": [{"target": 1, "events": []}, {"target": 2, "events": []}]}


def test_several_targets_as_text_have_a_file_each(tmp_path):
    _write_several(tmp_path / "b.txt")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b_1.txt", "b_2.txt", "b_3.txt"]
    for number in (1, 2, 3):
        alone = _write(tmp_path / f"alone{number}.txt", SEVERAL[number - 1])
        assert (tmp_path / f"b_{number}.txt").read_bytes() == alone.read_bytes()


@pytest.mark.parametrize("suffix", ["csv", "json", "txt"])
def test_an_error_among_several_targets_leaves_nothing(tmp_path, suffix):
    with pytest.raises(RuntimeError), open_boxes(tmp_path / f"b.{suffix}", "m", 2) as write:
        write(EVENTS[0], EVENTS[0])
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_events_are_on_disk_before_the_track_ends(tmp_path):
    with open_boxes(tmp_path / "b.csv", "m") as write:
        for _ in range(2000):
            write(EVENTS[0])
        assert sum(path.stat().st_size for path in tmp_path.iterdir()) > 10_000
        assert not (tmp_path / "b.csv").exists()


def test_an_error_leaves_nothing_new_and_the_old_file_as_it_was(tmp_path):
    (tmp_path / "b.csv").write_text("old")
    with pytest.raises(RuntimeError), open_boxes(tmp_path / "b.csv", "m") as write:
        write(EVENTS[0])
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["b.csv"] and (tmp_path / "b.csv").read_text() == "old"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("b.xml", r"^boxes: .*\.csv, \.json, \.txt; got 'b\.xml'"),
        ("nowhere/b.csv", "^boxes: the folder .* does not exist"),
        ("taken.csv", "^boxes: .* is a folder"),
        ("taken.txt", "^boxes: .*taken_2.txt is a folder"),
    ],
)
def test_wrong_names_are_named(tmp_path, name, words):
    (tmp_path / "taken.csv").mkdir()
    (tmp_path / "taken_2.txt").mkdir()
    with pytest.raises(ValueError, match=words), open_boxes(tmp_path / name, "m", 2):
        pass
