"""`export_onnx`: a whole folder that tells the truth about itself, or none."""

import hashlib
from dataclasses import asdict

import pytest
from exported import TOY, TRACKER, teacher_source, toy_export, toy_source
from onnx import ModelProto

from playground.export import onnx as exporting
from playground.export.onnx import export_onnx
from playground.hub import load_model
from playground.manifest import MANIFEST, read_manifest

FILES = {"encode.onnx", "step.onnx", "weights.bin"}


def test_the_folder_is_whole_and_its_manifest_true(tmp_path_factory):
    folder, source = toy_export(tmp_path_factory), toy_source(tmp_path_factory)
    manifest = read_manifest(folder)
    assert {path.name for path in folder.iterdir()} == FILES | {MANIFEST}
    for name, record in manifest.files.items():
        raw = (folder / name).read_bytes()
        assert (record.bytes, record.sha256) == (len(raw), hashlib.sha256(raw).hexdigest())
    assert set(manifest.files) == FILES
    assert (manifest.name, manifest.dtype, manifest.model, manifest.tracker) == ("toy", "fp32", TOY, TRACKER)
    assert manifest.source_sha256 == hashlib.sha256((source / "model.safetensors").read_bytes()).hexdigest()
    assert [port.name for port in manifest.step.outputs] == ["edges", "box", "score", "attention"]
    assert {"torch", "onnx", "onnxruntime", "mixformer-playground"} <= set(manifest.versions)
    assert str(source.parent) not in str(asdict(manifest))


def test_weights_that_both_graphs_use_are_stored_once(tmp_path_factory):
    folder, model = toy_export(tmp_path_factory), load_model(toy_source(tmp_path_factory))
    once = sum(tensor.numel() * 4 for tensor in model.state_dict().values())
    assert (folder / "weights.bin").stat().st_size < 1.1 * once


def test_an_unknown_precision_is_refused_before_anything_is_written(tmp_path_factory, tmp_path):
    with pytest.raises(ValueError, match=r"^dtype: must be one of fp32, fp16, int8; got 'bf16'"):
        export_onnx(str(toy_source(tmp_path_factory)), tmp_path / "out", dtype="bf16")
    with pytest.raises(ValueError, match=r"^attention: "):
        export_onnx(str(teacher_source(tmp_path / "teacher")), tmp_path / "out", attention=True)
    with pytest.raises(ValueError, match=r"^model: "):
        export_onnx("no such model", tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["teacher"]


def test_an_error_on_the_way_leaves_nothing(tmp_path_factory, tmp_path, monkeypatch):
    def full(models, path):
        path.write_bytes(b"half of it")
        raise OSError("No space left on device")

    monkeypatch.setattr(exporting, "trace_encode", lambda model: ModelProto())
    monkeypatch.setattr(exporting, "trace_step", lambda model, attention: ModelProto())
    monkeypatch.setattr(exporting, "share_weights", full)
    with pytest.raises(OSError, match="No space left"):
        export_onnx(str(toy_source(tmp_path_factory)), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
