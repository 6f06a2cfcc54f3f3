"""``export``, ``verify`` and ``--backend onnx`` as a person types them."""

import csv
import sys

import pytest
from exported import toy_export, toy_source

from playground.app.cli import main
from playground.export.verify import Difference
from playground.manifest import MANIFEST, read_manifest


def test_export_says_what_it_wrote(tmp_path_factory, tmp_path, capsys):
    out = tmp_path / "out"
    main(["export", str(toy_source(tmp_path_factory)), str(out), "--dtype", "int8"])
    manifest = read_manifest(out)
    assert manifest.dtype == "int8" and [port.name for port in manifest.step.outputs] == ["edges", "box", "score"]
    said = capsys.readouterr()
    assert [line.split(":")[0] for line in said.out.splitlines()] == [str(out / name) for name in manifest.files]
    assert said.err == ""
    # The last block's keys and values stay float32, which is much in a network of two blocks.
    assert (
        manifest.files["weights.bin"].bytes
        < 0.55 * read_manifest(toy_export(tmp_path_factory)).files["weights.bin"].bytes
    )


def test_verify_prints_the_differences_and_fails_when_they_are_large(tmp_path_factory, monkeypatch, capsys, refused):
    folder, source = str(toy_export(tmp_path_factory)), str(toy_source(tmp_path_factory))
    found = Difference(templates=1, frames=60, box_px=0.25, frame=7, score=0.0, edges=0.0, torch_ms=2.0, onnx_ms=1.0)
    monkeypatch.setattr("playground.export.verify.verify", lambda folder, model: iter([found]))
    main(["verify", folder, "--model", source])
    assert "1 online template, 60 frames: boxes differ by at most 0.25 px (frame 7)" in capsys.readouterr().out
    worse = Difference(templates=3, frames=60, box_px=0.75, frame=7, score=0, edges=0, torch_ms=2, onnx_ms=1)
    monkeypatch.setattr("playground.export.verify.verify", lambda folder, model: iter([worse, found]))
    assert "verify: boxes differ by 0.75 px, more than 0.5" in refused("verify", folder)


def test_track_gives_the_same_boxes_by_either_backend(tmp_path_factory, square_clip, tmp_path):
    boxes = []
    for backend, model in (("torch", toy_source(tmp_path_factory)), ("onnx", toy_export(tmp_path_factory))):
        path = tmp_path / f"{backend}.csv"
        options = ["--box", "20,30,24,24", "--model", str(model), "--device", "cpu", "--backend", backend]
        main(["track", str(square_clip), *options, "--boxes", str(path)])
        boxes.append([[float(row[k]) for k in "xywh"] for row in csv.DictReader(path.open())])
    assert len(boxes[0]) == 12
    for ours, theirs in zip(*boxes, strict=True):
        assert ours == pytest.approx(theirs, abs=0.01)


def test_bad_input_is_one_sentence(tmp_path_factory, square_clip, tmp_path, monkeypatch, refused):
    source, out = str(toy_source(tmp_path_factory)), str(tmp_path / "out")
    assert "dtype: must be one of fp32, fp16, int8; got 'fp8'" in refused("export", source, out, "--dtype", "fp8")
    assert f"manifest: {tmp_path} has no {MANIFEST}" in refused("verify", str(tmp_path))
    track = ["track", str(square_clip), "--box", "20,30,24,24", "--model", source]
    assert "backend: must be one of torch, onnx, graph, auto; got" in refused(*track, "--backend", "abacus")
    graph = [*track, "--backend", "graph", "--device", "cpu"]
    assert "backend: graph needs a CUDA device, this is cpu;" in refused(*graph)
    assert f"model: {source} was not exported" in refused(*track, "--backend", "onnx")
    for module in [name for name in sys.modules if name.startswith(("playground.export", "playground.backends.onnx"))]:
        monkeypatch.delitem(sys.modules, module)
    for name in ("onnx", "onnxruntime"):
        monkeypatch.setitem(sys.modules, name, None)
    assert "export: onnx is missing; install it with: pip install" in refused("export", source, out)
    assert "backend: onnxruntime is missing" in refused(*track, "--backend", "onnx")
