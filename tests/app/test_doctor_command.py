"""The doctor says what is there, what lacks, and what to do about it."""

import importlib.metadata
import platform
import shutil

import av
import pytest
import torch

from playground.app import doctor_command
from playground.app.cli import main
from playground.app.doctor_command import Finding, caches, codecs, devices, findings, hub, models, packages, report
from playground.hub import embedded_models, resolve


def _by_name(found):
    return {finding.what: finding for finding in found}


def test_a_working_machine_is_told_so_line_by_line(capsys):
    main(["doctor", "--offline"])
    said = capsys.readouterr().out
    for word in (platform.python_version(), torch.__version__, "codec libx264", "model mini-small", "Hub: not asked"):
        assert word in said
    assert "FAIL" not in said and said.endswith("playground demo has what it needs.\n")


def test_packages_are_told_by_version_and_a_missing_one_by_what_installs_it(monkeypatch):
    assert _by_name(packages())["torch"].there == importlib.metadata.version("torch")
    real = importlib.metadata.version

    def version(name):
        if name in ("gradio", "onnxruntime"):
            raise importlib.metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(doctor_command, "version", version)
    found = _by_name(packages())
    assert found["gradio"].needed and "mixformer-playground[demo]" in found["gradio"].advice
    assert not found["onnxruntime"].needed and "[export]" in found["onnxruntime"].advice


def test_the_gpu_is_the_one_that_torch_sees(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda i=0: "Some GPU")
    assert _by_name(devices())["GPU"].there == "Some GPU"


def test_a_missing_encoder_is_what_the_demo_cannot_do_without(monkeypatch):
    real = av.codec.Codec

    def codec(name, direction):
        if name in ("libx264", "av1"):
            raise av.codec.codec.UnknownCodecError(name)
        return real(name, direction)

    monkeypatch.setattr(av.codec, "Codec", codec)
    found = _by_name(codecs())
    assert found["codec libx264"].needed and not found["codec av1"].fine and not found["codec av1"].needed
    assert found["codec h264"].fine


def test_a_damaged_model_is_named(monkeypatch, tmp_path):
    folder = tmp_path / "broken"
    shutil.copytree(resolve("mini-small"), folder)
    (folder / "model.safetensors").write_bytes(b"no weights")
    monkeypatch.setattr("playground.hub.embedded_models", lambda: ["broken"])
    monkeypatch.setattr("playground.hub.resolve", lambda name: folder)
    assert "model.safetensors is not a readable" in _by_name(models())["model broken"].there


def test_every_embedded_model_is_looked_at():
    assert [finding.what for finding in models()] == [f"model {name}" for name in embedded_models()]


def test_a_cache_that_is_not_there_yet_is_judged_by_the_folder_it_will_be_made_in(monkeypatch, tmp_path):
    monkeypatch.setenv("PLAYGROUND_CACHE", str(tmp_path / "not" / "yet"))
    assert _by_name(caches())["cache for exports"].fine
    monkeypatch.setattr(doctor_command.os, "access", lambda path, mode: False)
    assert "PLAYGROUND_CACHE" in _by_name(caches())["cache for exports"].advice


def test_a_hub_that_does_not_answer_is_a_note(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    found = hub(offline=False)
    assert not found.fine and not found.needed and "could not be reached" in found.there
    assert [finding.what for finding in findings(offline=True)][-1] == "Hub"


@pytest.mark.parametrize("needed", [True, False])
def test_only_what_the_demo_needs_makes_it_fail(needed):
    lines = []
    found = [
        Finding(what="a", there="here"),
        Finding(what="b", there="gone", fine=False, advice="get it", needed=needed),
    ]
    assert report(found, lines.append) is not needed
    assert lines[0] == "ok    a: here" and lines[2].strip() == "get it" and ("b." in lines[-1]) is needed
