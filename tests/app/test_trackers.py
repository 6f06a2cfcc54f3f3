"""Trackers by name: made, described and told apart."""

import shutil

import pytest
from exported import TRACKER, toy_export, toy_source

from playground.app.trackers import describe_tracker, make_tracker, name_trackers
from playground.backends.onnx import OnnxBackend
from playground.peers import FirstBox
from playground.tracker import Tracker


def test_a_name_is_a_peer_or_a_model(toy_model):
    assert isinstance(make_tracker("first-box"), FirstBox)
    tracker = make_tracker(toy_model, "cpu")
    assert isinstance(tracker, Tracker) and tracker.config.lost_score == 0.125
    with pytest.raises(ValueError, match="^model: "):
        make_tracker("no such model")
    with pytest.raises(ValueError, match="^tracker: nanotrack"):
        make_tracker("nanotrack:nowhere")


def test_an_exported_model_is_a_kind_of_its_own(tmp_path_factory):
    folder = toy_export(tmp_path_factory)
    tracker = make_tracker(f"onnx:{folder}", "cpu")
    assert isinstance(tracker.backend, OnnxBackend) and tracker.config == TRACKER
    told = describe_tracker(f"onnx:{folder}", "cpu", 1, 1)
    assert told.device == "cpu" and told.weights
    assert told.weights != describe_tracker(str(toy_source(tmp_path_factory)), "cpu", 1, 1).weights
    assert describe_tracker(f"onnx:{folder}", "auto", 1, 1).device in ("cpu", "cuda")


def test_short_names_and_given_ones():
    assert name_trackers(("mini-small", "first-box", "nanotrack:/models/nano", "mine=runs/a/model")) == {
        "mini-small": "mini-small",
        "first-box": "first-box",
        "nanotrack": "nanotrack:/models/nano",
        "mine": "runs/a/model",
    }
    with pytest.raises(ValueError, match=r"^tracker: nanotrack:a and nanotrack:b .* say NAME=nanotrack:b"):
        name_trackers(("nanotrack:a", "nanotrack:b"))


def test_a_fingerprint_changes_with_weights_and_settings_and_nothing_else(toy_model, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(toy_model, folder)
    before = describe_tracker(str(folder), "cpu", 2, 1)
    assert before.weights == describe_tracker(toy_model, "cpu", 2, 1).weights != ""
    assert (before.tracker, before.device, before.threads, before.jobs) == (str(folder), "cpu", 2, 1)
    (folder / "README.md").write_text("a card")
    assert describe_tracker(str(folder), "cpu", 2, 1).weights == before.weights
    text = (folder / "tracker.json").read_text()
    (folder / "tracker.json").write_text(text.replace("0.125", "0.25"))
    assert describe_tracker(str(folder), "cpu", 2, 1).weights != before.weights


def test_a_peer_runs_on_the_cpu_and_has_the_fingerprint_of_its_files(tmp_path):
    assert (describe_tracker("first-box", "auto", 1, 1).weights, describe_tracker("kcf", "auto", 1, 1).device) == (
        "",
        "cpu",
    )
    (tmp_path / "net.onnx").write_bytes(b"one")
    one = describe_tracker(f"nanotrack:{tmp_path}", "cpu", 1, 1).weights
    (tmp_path / "net.onnx").write_bytes(b"two")
    assert one and one != describe_tracker(f"nanotrack:{tmp_path}", "cpu", 1, 1).weights
