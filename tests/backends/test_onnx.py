"""The ONNX Runtime backend: the same numbers as the PyTorch backend, and refusals in words."""

import shutil
from dataclasses import replace

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from exported import toy_export, toy_source

from playground.backends.onnx import PROVIDERS, OnnxBackend, providers_for
from playground.backends.torch import TorchBackend
from playground.hub import load_model
from playground.manifest import MANIFEST, Manifest, describe_file, read_manifest, write_manifest
from playground.settings import from_json
from playground.tracker import Backend


@pytest.fixture
def copy(tmp_path_factory, tmp_path):
    """A copy of the export that may be damaged."""
    return shutil.copytree(toy_export(tmp_path_factory), tmp_path / "copy")


@pytest.mark.parametrize("templates", [2, 4])
def test_answers_as_the_torch_backend_does(tmp_path_factory, templates):
    backend = OnnxBackend(toy_export(tmp_path_factory), threads=1)
    assert isinstance(backend, Backend) and (backend.template_size, backend.search_size) == (32, 64)
    torch = TorchBackend(load_model(toy_source(tmp_path_factory)), "cpu")
    rng = np.random.default_rng(templates)
    shown = rng.normal(size=(templates, 3, 32, 32)).astype(np.float32)
    search = rng.normal(size=(1, 3, 64, 64)).astype(np.float32)
    ours, theirs = (each.locate(search, each.encode(shown)) for each in (backend, torch))
    assert ours.box_rel == pytest.approx(theirs.box_rel, abs=1e-6)
    assert ours.score == pytest.approx(theirs.score, abs=1e-6)
    np.testing.assert_allclose(ours.edges, theirs.edges, atol=1e-6)


def test_devices_and_threads_are_named_when_they_will_not_do(tmp_path_factory):
    folder, there = toy_export(tmp_path_factory), ort.get_available_providers()
    assert providers_for("cpu") == ("CPUExecutionProvider",)
    assert providers_for("cuda") == ("CUDAExecutionProvider", "CPUExecutionProvider")
    assert providers_for("auto")[0] in there
    with pytest.raises(ValueError, match=r"^device: must be one of auto, cpu, cuda, mps; got 'tpu'"):
        providers_for("tpu")
    with pytest.raises(ValueError, match=r"^device: this ONNX Runtime has no AbacusExecutionProvider; it has "):
        OnnxBackend(folder, ("AbacusExecutionProvider",))
    with pytest.raises(ValueError, match=r"^threads: must be at least 1; got 0"):
        OnnxBackend(folder, threads=0)
    absent = [device for device, provider in PROVIDERS.items() if provider not in there]
    for device in absent:
        with pytest.raises(ValueError, match=rf"^device: this ONNX Runtime has no {PROVIDERS[device]}"):
            OnnxBackend(folder, providers_for(device))


def test_a_damaged_file_of_weights_is_refused(copy):
    weights = bytearray((copy / "weights.bin").read_bytes())
    weights[1000] ^= 0xFF
    (copy / "weights.bin").write_bytes(weights)
    with pytest.raises(ValueError, match=r"^manifest: .*weights.bin is damaged"):
        OnnxBackend(copy)


def _sign(folder) -> None:
    """Make the manifest agree with whatever the files now hold."""
    manifest = from_json(Manifest, (folder / MANIFEST).read_text())
    write_manifest(replace(manifest, files={name: describe_file(folder / name) for name in manifest.files}), folder)


@pytest.mark.parametrize("place", ["../outside.bin", "/etc/hostname"])
def test_a_graph_that_reaches_outside_its_folder_is_refused_even_with_a_true_checksum(copy, place):
    shutil.copy(copy / "weights.bin", copy.parent / "outside.bin")
    graph = onnx.load(copy / "step.onnx", load_external_data=False)
    for tensor in graph.graph.initializer:
        for entry in tensor.external_data:
            if entry.key == "location":
                entry.value = place
    onnx.save(graph, copy / "step.onnx")
    _sign(copy)
    assert read_manifest(copy)
    with pytest.raises(ValueError, match=r"^manifest: ONNX Runtime refuses the graphs in .*xternal data"):
        OnnxBackend(copy)


def test_what_is_no_graph_is_refused(copy):
    (copy / "encode.onnx").write_bytes(b"not a graph")
    _sign(copy)
    with pytest.raises(ValueError, match=r"^manifest: ONNX Runtime refuses the graphs in "):
        OnnxBackend(copy)


@pytest.mark.parametrize(
    "change", [{"template_size": 40}, {"search_size": 72}, {"bins": 16}, {"depth": 3}, {"dim": 96}]
)
def test_a_manifest_of_another_network_is_refused_before_it_tracks(copy, change):
    manifest = read_manifest(copy)
    OnnxBackend(copy)
    write_manifest(replace(manifest, model=replace(manifest.model, **change)), copy)
    with pytest.raises(ValueError, match=r"^manifest: (templates|memory|search|edges) is .* where model .* makes it"):
        OnnxBackend(copy)
