"""The README's two calls, on a clip with a known target."""

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from exported import TRACKER, toy_export, toy_source

import playground as pg
import playground.api
from playground.app.cli import main
from playground.backends.onnx import OnnxBackend
from playground.config import PRESETS, TrackerConfig
from playground.cores import cores_beside_video
from playground.hub import EXPORT, WEIGHTS, embedded_models, load_tracker_config, resolve, resolve_export, save_model
from playground.manifest import describe_file, read_manifest
from playground.model import MixFormer
from playground.tracker import Answer, FakeBackend
from playground.video.read import Frame
from playground.video.write import write_video


@pytest.fixture
def folder(tmp_path) -> str:
    torch.manual_seed(0)
    save_model(MixFormer(PRESETS["toy-small"]), TrackerConfig(lost_score=0.123), tmp_path / "toy")
    return str(tmp_path / "toy")


def test_load_takes_the_settings_beside_the_weights(folder):
    tracker = pg.load(folder, device="cpu")
    assert tracker.config.lost_score == 0.123
    with pytest.raises(ValueError, match="^device: "):
        pg.load(folder, device="abacus")


def test_load_finds_an_export_by_its_folder_or_inside_the_models(tmp_path_factory, tmp_path, folder):
    exported = toy_export(tmp_path_factory)
    tracker = pg.load(str(exported), backend="onnx", device="cpu", threads=1)
    assert isinstance(tracker.backend, OnnxBackend) and tracker.config == TRACKER
    with pytest.raises(ValueError, match=rf"^model: {folder} was not exported; run: playground export"):
        resolve_export(folder)
    shutil.copytree(exported, f"{folder}/onnx")
    assert resolve_export(folder) == Path(folder) / "onnx"
    assert resolve_export(str(exported)) == exported


def test_load_names_a_wrong_backend_and_threads_that_are_not_its_own(folder):
    with pytest.raises(ValueError, match=r"^backend: must be one of torch, onnx, graph, auto; got 'abacus'"):
        pg.load(folder, backend="abacus")
    with pytest.raises(ValueError, match=r"^threads: belongs to backend onnx"):
        pg.load(folder, threads=2)


def test_auto_is_measured_once_and_says_what_pytorch_says(tmp_path_factory, tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_CACHE", str(tmp_path / "cache"))
    folder = shutil.copytree(toy_source(tmp_path_factory), tmp_path / "toy")
    assert pg.api.choose_backend(str(folder), device="cpu").checked == {}  # nothing was exported
    shutil.copytree(toy_export(tmp_path_factory), folder / "onnx")
    choice = pg.api.choose_backend(str(folder), device="cpu")
    assert set(choice.checked) == {"torch", "onnx"} and choice.checked["onnx"].apart_px < 0.01
    (kept,) = (tmp_path / "cache" / "backends").iterdir()
    kept.write_text(kept.read_text().replace(f'"name": "{choice.name}"', '"name": "onnx"'))
    assert isinstance(pg.load(str(folder), backend="auto", device="cpu").backend, OnnxBackend)
    assert pg.api.choose_backend(str(folder), device="cpu").name == "onnx"
    assert set(pg.api.choose_backend(str(folder), device="cpu", again=True).checked) == {"torch", "onnx"}
    assert '"onnx"' in kept.read_text()


@pytest.fixture
def loads(monkeypatch):
    """What is loaded in a test: models as PyTorch has them, and the threads of each ONNX Runtime session pair."""
    seen = []
    load_model, start = playground.api.load_model, OnnxBackend.__init__

    def counted(folder):
        seen.append("torch")
        return load_model(folder)

    def started(self, folder, providers=(), threads=None):
        seen.append(threads)
        start(self, folder, providers, threads)

    monkeypatch.setattr(playground.api, "load_model", counted)
    monkeypatch.setattr(OnnxBackend, "__init__", started)
    return seen


def _choose(tmp_path, name: str) -> None:
    (kept,) = (tmp_path / "cache" / "backends").iterdir()
    values = json.loads(kept.read_text()) | {"name": name}
    kept.write_text(json.dumps(values))


def test_auto_loads_each_backend_once_and_only_the_choice_once_it_is_remembered(
    tmp_path_factory, tmp_path, monkeypatch, loads
):
    monkeypatch.setenv("PLAYGROUND_CACHE", str(tmp_path / "cache"))
    folder = str(shutil.copytree(toy_source(tmp_path_factory), tmp_path / "toy"))
    shutil.copytree(toy_export(tmp_path_factory), tmp_path / "toy" / "onnx")
    threads = min(torch.get_num_threads(), cores_beside_video())
    choice, tracker = pg.api.load_fastest(folder, device="cpu")
    assert loads == ["torch", threads]
    assert isinstance(tracker.backend, OnnxBackend) == (choice.name == "onnx") and tracker.config == TRACKER
    for name, loaded in (("torch", "torch"), ("onnx", threads)):
        _choose(tmp_path, name)
        loads.clear()
        assert pg.api.load_fastest(folder, device="cpu")[0].name == name and loads == [loaded]
        loads.clear()
        assert pg.api.choose_backend(folder, device="cpu").name == name and loads == []


def test_the_command_line_says_the_choice_and_loads_nothing_twice(
    tmp_path_factory, tmp_path, monkeypatch, loads, capsys
):
    monkeypatch.setenv("PLAYGROUND_CACHE", str(tmp_path / "cache"))
    folder = str(shutil.copytree(toy_source(tmp_path_factory), tmp_path / "toy"))
    shutil.copytree(toy_export(tmp_path_factory), tmp_path / "toy" / "onnx")
    video = tmp_path / "clip.mp4"
    write_video(video, np.zeros((3, 64, 64, 3), np.uint8), 25)
    asked = ["track", str(video), "--box", "20,20,16,16", "--model", folder, "--device", "cpu", "--backend", "auto"]
    main(asked)
    threads = min(torch.get_num_threads(), cores_beside_video())
    assert loads == ["torch", threads] and capsys.readouterr().out.startswith("backend: ")
    _choose(tmp_path, "onnx")
    loads.clear()
    main(asked)
    assert loads == [threads] and capsys.readouterr().out.startswith("backend: onnx (torch ")


def test_auto_gives_onnx_runtime_the_threads_that_it_was_measured_with(tmp_path_factory, tmp_path, monkeypatch, loads):
    monkeypatch.setenv("PLAYGROUND_CACHE", str(tmp_path / "cache"))
    folder = str(shutil.copytree(toy_source(tmp_path_factory), tmp_path / "toy"))
    shutil.copytree(toy_export(tmp_path_factory), tmp_path / "toy" / "onnx")
    monkeypatch.setattr(playground.api, "cores_beside_video", lambda: 3)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 4)
    told = []
    monkeypatch.setattr(torch, "set_num_threads", told.append)
    pg.api.choose_backend(folder, device="cpu")
    assert told == [3, 4]  # PyTorch is compared with as many, and has its own again
    _choose(tmp_path, "onnx")
    pg.load(folder, backend="auto", device="cpu")
    assert loads == ["torch", 3, 3]
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)  # is measured anew
    pg.load(folder, backend="auto", device="cpu")
    assert loads[3:] == ["torch", 2]
    monkeypatch.setattr(playground.api, "cores_beside_video", lambda: 1)
    for count in (1, 2):  # ONNX Runtime would have one each time, PyTorch would not
        monkeypatch.setattr(torch, "get_num_threads", lambda count=count: count)
        loads.clear()
        pg.load(folder, backend="auto", device="cpu")
        assert loads == ["torch", 1]


def test_an_export_that_cannot_be_run_leaves_pytorch(tmp_path_factory, tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_CACHE", str(tmp_path / "cache"))
    folder = shutil.copytree(toy_source(tmp_path_factory), tmp_path / "toy")
    shutil.copytree(toy_export(tmp_path_factory), folder / "onnx")

    def refuse(self, folder, providers, threads):
        raise ValueError("manifest: ONNX Runtime refuses the graphs.")

    with monkeypatch.context() as patched:
        patched.setattr(OnnxBackend, "__init__", refuse)
        choice, tracker = pg.api.load_fastest(str(folder), device="cpu")
    assert str(choice) == "torch (there is no other; playground export makes one)"
    assert not isinstance(tracker.backend, OnnxBackend)
    (folder / "onnx" / "step.onnx").write_bytes(b"damaged")
    assert pg.api.choose_backend(str(folder), device="cpu").checked == {}


def test_the_embedded_exports_are_of_the_embedded_weights():
    exported = [name for name in embedded_models() if (resolve(name) / EXPORT).is_dir()]
    assert "mini-small" in exported  # the browser page and `--backend onnx` work offline with it
    for name in exported:
        manifest = read_manifest(resolve_export(name))
        assert manifest.source_sha256 == describe_file(resolve(name) / WEIGHTS).sha256
        assert manifest.tracker == load_tracker_config(resolve(name))


def test_track_gives_an_event_a_frame_with_the_frames_own_numbers_and_times(folder):
    frames = [Frame(np.zeros((40, 50, 3), np.uint8), i, i / 10) for i in range(3, 8)]
    events = list(pg.track(pg.load(folder, device="cpu"), frames, pg.Box(5.0, 6.0, 10.0, 12.0)))
    assert [event.index for event in events] == [3, 4, 5, 6, 7]
    assert [event.time_s for event in events] == pytest.approx([0.3, 0.4, 0.5, 0.6, 0.7])
    assert events[0].box == pg.Box(5.0, 6.0, 10.0, 12.0) and events[0].score is None


def test_track_yields_as_frames_come_and_keeps_none():
    pulled = []

    def frames():
        for i in range(1000):
            pulled.append(i)
            yield np.zeros((20, 20, 3), np.uint8)

    tracker = pg.Tracker(FakeBackend(lambda s, m: Answer((0.4, 0.4, 0.6, 0.6), 0.9, np.ones((4, 2)))))
    events = pg.track(tracker, frames(), pg.Box(5.0, 5.0, 8.0, 8.0))
    for _ in range(3):
        next(events)
    assert len(pulled) <= 4


def test_events_are_values():
    event = pg.TrackEvent(index=0, time_s=0.0, box=pg.Box(1, 2, 3, 4))
    with pytest.raises(dataclasses.FrozenInstanceError):
        event.index = 1
    assert pg.TrackEvent.from_json(event.to_json()) == event
