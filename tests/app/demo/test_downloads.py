"""The files to take away agree with the events, and with what their readers expect."""

import csv
import json
import zipfile

import numpy as np

from playground.app.demo.downloads import write_downloads
from playground.box import Box
from playground.events import TrackEvent


def _events(x: float) -> list[TrackEvent]:
    return [
        TrackEvent(
            index=5 + i, time_s=i / 10, box=Box(x + i, 2.26, 30.5, 40), score=None if i == 0 else 0.5 * i,
            lost=i == 1, timing_ms={"crop": 1.5, "locate": 2.5 + i},
        )
        for i in range(3)
    ]  # fmt: skip


def _zip(path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_one_target(tmp_path):
    files = write_downloads(tmp_path, "clip", "mini", [_events(10.4)])
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in files.values()}
    rows = list(csv.DictReader(files["csv"].open()))
    assert [[row[k] for k in ("index", "x", "y", "score", "lost", "target")] for row in rows] == [
        ["5", "10.40", "2.26", "", "0", "1"], ["6", "11.40", "2.26", "0.5000", "1", "1"],
        ["7", "12.40", "2.26", "1.0000", "0", "1"],
    ]  # fmt: skip
    told = json.loads(files["json"].read_text())
    events = [TrackEvent.from_json(json.dumps(event)) for event in told["targets"][0]["events"]]
    assert told["model"] == "mini" and events == _events(10.4)
    assert files["otb"].read_text() == "10\t2\t30\t40\n11\t2\t30\t40\n12\t2\t30\t40\n"
    got10k = _zip(files["got10k"])
    assert set(got10k) == {"clip/clip_001.txt", "clip/clip_time.txt"}
    boxes = np.loadtxt(got10k["clip/clip_001.txt"].splitlines(), delimiter=",")
    assert boxes.tolist() == [[10.4 + i, 2.26, 30.5, 40] for i in range(3)]
    assert np.loadtxt(got10k["clip/clip_time.txt"].splitlines()).tolist() == [0.004, 0.005, 0.006]


def test_several_targets_have_a_row_a_file_or_a_folder_each(tmp_path):
    files = write_downloads(tmp_path, "clip", "mini", [_events(10), _events(50)])
    assert [row["target"] for row in csv.DictReader(files["csv"].open())] == ["1"] * 3 + ["2"] * 3
    assert [target["target"] for target in json.loads(files["json"].read_text())["targets"]] == [1, 2]
    assert set(_zip(files["otb"])) == {"clip_1.txt", "clip_2.txt"}
    got10k = _zip(files["got10k"])
    assert set(got10k) == {f"clip_{i}/clip_{i}_{kind}.txt" for i in (1, 2) for kind in ("001", "time")}
    assert got10k["clip_2/clip_2_001.txt"].startswith("50.000,")
