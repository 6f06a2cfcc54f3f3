"""Boxes files read back by readers that know nothing of the writer."""

import csv
import json

import numpy as np
import pytest

from playground.app.boxes_file import open_boxes
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
    ],
)
def test_wrong_names_are_named(tmp_path, name, words):
    (tmp_path / "taken.csv").mkdir()
    with pytest.raises(ValueError, match=words), open_boxes(tmp_path / name, "m"):
        pass
