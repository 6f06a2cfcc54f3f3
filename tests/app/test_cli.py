"""The command line as a person types it: results on disk, and one sentence with status 2 on bad input."""

import csv
import json
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import numpy as np
import pytest
import torch

from playground.app.cli import main
from playground.config import PRESETS, TrackerConfig
from playground.hub import load_model, save_model
from playground.model import MixFormer
from playground.video.write import write_video

BOX = "20,15,24,18"


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("model") / "toy"
    torch.manual_seed(0)
    save_model(MixFormer(PRESETS["toy-small"]), TrackerConfig(), folder)
    return str(folder)


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    rng = np.random.default_rng(0)
    background = rng.integers(0, 80, (96, 128, 3), dtype=np.uint8)
    frames = []
    for i in range(12):
        frame = background.copy()
        frame[15 + i : 33 + i, 20 + 2 * i : 44 + 2 * i] = (220, 60, 40)
        frames.append(frame)
    write_video(path, frames, 25)
    return str(path)


def test_track_writes_video_and_boxes(clip, model, tmp_path, capsys):
    for suffix in ("csv", "json", "txt"):
        main(["track", clip, "--box", BOX, "--model", model, "--boxes", str(tmp_path / f"b.{suffix}")])
    main(["track", clip, "--box", BOX, "--model", model, "--out", str(tmp_path / "o.mp4")])
    assert "12 frames in" in capsys.readouterr().out
    rows = list(csv.DictReader((tmp_path / "b.csv").open()))
    lines = [[float(v) for v in line.split(",")] for line in (tmp_path / "b.txt").read_text().splitlines()]
    assert len(rows) == len(lines) == 12
    assert [float(rows[0][k]) for k in "xywh"] == lines[0] == [20, 15, 24, 18]
    assert [[float(row[k]) for k in "xywh"] for row in rows] == pytest.approx(np.array(lines), abs=0.01)
    assert json.loads((tmp_path / "b.json").read_text())
    with av.open(str(tmp_path / "o.mp4")) as container:
        shown = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(shown) == 12 and shown[0].shape == (96, 128, 3)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.csv", "b.json", "b.txt", "o.mp4"]


def test_track_follows_every_box_in_its_own_colour_with_its_own_number(clip, model, tmp_path, capsys):
    other, files = "80,60,20,20", ["b.csv", "b.json", "b.txt"]
    for name in files:
        main(["track", clip, "--box", BOX, "--box", other, "--model", model, "--boxes", str(tmp_path / name)])
    main(["track", clip, "--box", BOX, "--box", other, "--model", model, "--out", str(tmp_path / "o.mp4")])
    said = capsys.readouterr().out.splitlines()[-3:]
    assert said[0].startswith("12 frames of 2 targets in ")
    assert [line.partition(":")[0] for line in said[1:]] == ["target 1", "target 2"] and "lost spans:" in said[2]
    rows = list(csv.DictReader((tmp_path / "b.csv").open()))
    told = json.loads((tmp_path / "b.json").read_text())["targets"]
    for number, box in enumerate((BOX, other), start=1):
        alone = tmp_path / "alone.txt"
        main(["track", clip, "--box", box, "--model", model, "--boxes", str(alone)])
        expected = np.loadtxt(alone, delimiter=",")
        mine = [[float(row[key]) for key in "xywh"] for row in rows if row["target"] == str(number)]
        events = [[event["box"][key] for key in "xywh"] for event in told[number - 1]["events"]]
        for found in (mine, events, np.loadtxt(tmp_path / f"b_{number}.txt", delimiter=",")):
            assert np.array(found) == pytest.approx(expected, abs=0.02)
    assert len(rows) == 24 and not (tmp_path / "b.txt").exists()
    with av.open(str(tmp_path / "o.mp4")) as container:
        first = next(container.decode(video=0)).to_ndarray(format="rgb24").astype(int)
    green, amber = first[16:32, 20].mean(0), first[62:78, 80].mean(0)  # left sides of the two boxes
    assert green[1] > green[0] + 40 and amber[0] > amber[2] + 40


def test_track_without_a_box_and_with_a_bad_second_one(clip, model, tmp_path, refused):
    assert refused("track", clip, "--model", model).startswith("playground: box: draw the target")
    said = refused(
        "track", clip, "--box", BOX, "--box", "500,20,10,10", "--model", model, "--out", str(tmp_path / "o.mp4")
    )
    assert said.startswith("playground: box: 500,20,10,10 lies outside") and list(tmp_path.iterdir()) == []


def test_track_may_start_in_the_middle(clip, model, tmp_path):
    boxes = tmp_path / "b.csv"
    main(["track", clip, "--box", BOX, "--model", model, "--boxes", str(boxes), "--start", "5"])
    rows = list(csv.DictReader(boxes.open()))
    assert [int(row["index"]) for row in rows] == list(range(5, 12))
    assert float(rows[0]["time_s"]) == pytest.approx(5 / 25, abs=1e-3)


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ("500,20,10,10", "outside the 128x96 frame"),
        ("20,20,0,10", "above 0"),
        ("20,20,10,-4", "above 0"),
        ("nan,20,10,10", "finite"),
        ("20,20,10", "four numbers"),
        ("a,b,c,d", "four numbers"),
    ],
)
def test_bad_boxes(clip, model, tmp_path, box, words, refused):
    out = tmp_path / "o.mp4"
    boxes = tmp_path / "b.csv"
    said = refused("track", clip, "--box", box, "--model", model, "--out", str(out), "--boxes", str(boxes))
    assert said.startswith("playground: box:") and words in said
    assert list(tmp_path.iterdir()) == []


def test_bad_videos(clip, model, tmp_path, refused):
    empty, text = tmp_path / "empty.mp4", tmp_path / "text.mp4"
    empty.write_bytes(b"")
    text.write_text("no video\n" * 50)
    (tmp_path / "folder").mkdir()
    for video in (empty, text, tmp_path / "folder", tmp_path / "missing.mp4"):
        said = refused("track", str(video), "--box", BOX, "--model", model)
        assert "video" in said and video.name in said


def test_a_video_of_one_frame_and_a_truncated_one_are_tracked(clip, model, capsys, tmp_path):
    one = tmp_path / "one.mp4"
    write_video(one, [np.zeros((96, 128, 3), np.uint8)], 25)
    main(["track", str(one), "--box", BOX, "--model", model])
    assert capsys.readouterr().out.startswith("1 frames in")
    cut = tmp_path / "cut.mp4"
    data = Path(clip).read_bytes()
    cut.write_bytes(data[: int(len(data) * 0.95)])
    main(["track", str(cut), "--box", BOX, "--model", model])
    assert 1 <= int(capsys.readouterr().out.split()[0]) < 12


def test_bad_models_and_outputs(clip, model, tmp_path, refused):
    assert refused("track", clip, "--box", BOX, "--model", "nosuch").startswith("playground: model:")
    damaged = tmp_path / "damaged"
    save_model(MixFormer(PRESETS["toy-small"]), TrackerConfig(), damaged)
    (damaged / "model.safetensors").write_bytes(b"x" * 100)
    assert "not a readable safetensors" in refused("track", clip, "--box", BOX, "--model", str(damaged))
    args = ["track", clip, "--box", BOX, "--model", model]
    for option, value in (
        ("out", str(tmp_path / "nowhere" / "o.mp4")),
        ("out", str(tmp_path / "o.avi")),
        ("out", clip),
        ("boxes", str(tmp_path / "b.xml")),
        ("boxes", str(tmp_path / "nowhere" / "b.csv")),
        ("device", "tpu"),
        ("start", "500"),
    ):
        said = refused(*args, f"--{option}", value)
        assert said.startswith(f"playground: {option}:"), said
    assert Path(clip).stat().st_size > 1000  # the video given as --out is still there


def test_interrupting_keeps_what_was_tracked(model, tmp_path):
    long, boxes = tmp_path / "long.mp4", tmp_path / "b.csv"
    write_video(long, (np.full((48, 64, 3), i % 200, np.uint8) for i in range(4000)), 25)
    command = [sys.executable, "-m", "playground.app.cli", "track", str(long), "--box", "10,10,20,20", "--model", model]
    with subprocess.Popen([*command, "--boxes", str(boxes), "--out", str(tmp_path / "o.mp4")]) as process:
        while process.poll() is None and not any(p.stat().st_size > 200 for p in tmp_path.glob(".b*")):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    rows = list(csv.DictReader(boxes.open()))
    assert 1 <= len(rows) < 4000
    with av.open(str(tmp_path / "o.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == len(rows)


def test_convert_makes_a_folder_that_tracks(clip, capsys, tmp_path, refused):
    official = {"net": MixFormer(PRESETS["toy-small"]).state_dict()}
    torch.save(official, tmp_path / "tiny.pth.tar")
    main(["convert", str(tmp_path / "tiny.pth.tar"), str(tmp_path / "tiny"), "--heads", "3"])
    assert "toy-small" in capsys.readouterr().out
    main(["track", clip, "--box", BOX, "--model", str(tmp_path / "tiny")])
    assert "12 frames" in capsys.readouterr().out
    assert "out:" in refused("convert", str(tmp_path / "tiny.pth.tar"), str(tmp_path / "tiny"))


def test_convert_starts_a_network_from_a_plain_vit(capsys, tmp_path, refused):
    torch.manual_seed(1)
    whole = MixFormer(PRESETS["toy-deep"]).backbone.state_dict()
    vit = {name: value for name, value in whole.items() if name.startswith(("patch_embed", "blocks"))}
    torch.save(
        {"model": vit | {"cls_token": torch.zeros(1, 1, 48), "norm.weight": torch.ones(48)}}, tmp_path / "mae.pth"
    )
    assert "preset:" in refused("convert", str(tmp_path / "mae.pth"), str(tmp_path / "out"))
    main(["convert", str(tmp_path / "mae.pth"), str(tmp_path / "out"), "--preset", "toy-deep"])
    assert "start of toy-deep" in capsys.readouterr().out
    started = load_model(tmp_path / "out").backbone.state_dict()
    assert all(torch.equal(started[name], value) for name, value in vit.items())


def test_convert_runs_no_code_from_the_file(tmp_path, refused):
    class Evil:
        def __reduce__(self):
            return (exec, (f"open({str(tmp_path / 'harm')!r}, 'w').close()",))

    (tmp_path / "evil.pth.tar").write_bytes(pickle.dumps({"net": Evil()}))
    refused("convert", str(tmp_path / "evil.pth.tar"), str(tmp_path / "out"))
    torch.save({"net": Evil()}, tmp_path / "evil2.pth.tar")
    refused("convert", str(tmp_path / "evil2.pth.tar"), str(tmp_path / "out"))
    assert not (tmp_path / "harm").exists() and not (tmp_path / "out").exists()


def test_help_is_given_without_torch():
    code = (
        "import sys\n"
        "from playground.app.cli import main\n"
        "try: main(['track', '--help'])\n"
        "except SystemExit: pass\n"
        "assert 'torch' not in sys.modules and 'gradio' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--box" in done.stdout and "--start" in done.stdout
