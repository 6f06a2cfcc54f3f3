"""``playground page`` as a person types it."""

import json
import os
import shutil
import subprocess
import sys
import urllib.request

from exported import toy_export, toy_source
from only_extra import hide_others

from playground.app.cli import main


def test_it_builds_a_folder_for_a_static_host(tmp_path_factory, tmp_path, capsys):
    main(["page", "--model", str(toy_export(tmp_path_factory)), "--build", str(tmp_path / "out")])
    facts = json.loads((tmp_path / "out" / "site.json").read_text())
    assert [model["name"] for model in facts["models"]] == ["toy"]
    assert (tmp_path / "out" / "models" / "toy" / "fp32" / "weights.bin").is_file()
    said = capsys.readouterr()
    assert said.out.startswith(f"{tmp_path / 'out'}: the page; ONNX Runtime Web comes from ") and said.err == ""


def test_an_embedded_export_needs_no_package_but_those_of_the_demo(tmp_path_factory, tmp_path):
    source = shutil.copytree(toy_source(tmp_path_factory), tmp_path / "toy")
    shutil.copytree(toy_export(tmp_path_factory), source / "onnx")
    code = f"{hide_others('demo')}\nfrom playground.app.cli import main\nmain(sys.argv[1:])"
    options = ["--model", str(source), "--build", str(tmp_path / "out"), "--cache", str(tmp_path / "cache")]
    done = subprocess.run(
        [sys.executable, "-c", code, "page", *options], capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 0, done.stderr
    facts = json.loads((tmp_path / "out" / "site.json").read_text())
    assert [model["dtype"] for model in facts["models"]] == ["fp32"] and facts["models"][0]["reference"]


def test_bad_input_is_one_sentence(refused, tmp_path_factory, tmp_path):
    folder = str(toy_export(tmp_path_factory))
    (tmp_path / "full").write_text("")
    assert "build: " in refused("page", "--model", folder, "--build", str(tmp_path))
    assert "runtime: " in refused("page", "--model", folder, "--runtime", str(tmp_path))
    assert "port: " in refused("page", "--model", folder, "--port", "70000")
    assert "model: " in refused("page", "--model", "nobody-of-that-name", "--cache", str(tmp_path))


def test_an_exported_folder_is_served_without_the_networks_code(tmp_path_factory):
    code = """
import sys
from playground.app.cli import main
sys.modules["playground.model"] = sys.modules["playground.backends.torch"] = None  # importing them fails
main(sys.argv[1:])
"""
    command = [sys.executable, "-c", code, "page", "--model", str(toy_export(tmp_path_factory)), "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            address = process.stdout.readline().split()[0]
            directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with directly.open(address, timeout=20) as answer:
                assert b"MixFormer in your browser" in answer.read()
                assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        finally:
            process.terminate()
