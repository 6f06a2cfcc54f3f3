"""The manifest of an exported folder: whole it comes back, and whatever is wrong with a folder is said in words."""

import hashlib
import json
from dataclasses import FrozenInstanceError, replace

import pytest

from playground.config import PRESETS, TrackerConfig
from playground.manifest import (
    ANY,
    FORMAT,
    MANIFEST,
    FileRecord,
    Graph,
    Manifest,
    Port,
    describe_file,
    read_manifest,
    write_manifest,
)

CONTENT = {"encode.onnx": b"first graph", "step.onnx": b"second graph", "weights.bin": bytes(range(256)) * 9}


def _port(name: str) -> Port:
    return Port(name=name, dtype="float32", shape=(1, ANY))


@pytest.fixture
def manifest() -> Manifest:
    return Manifest(
        format=FORMAT,
        name="toy",
        source_sha256="0" * 64,
        dtype="int8",
        opset=20,
        model=PRESETS["toy-small"],
        tracker=TrackerConfig(lost_score=0.125),
        encode=Graph(file="encode.onnx", inputs=(_port("templates"),), outputs=(_port("memory"),)),
        step=Graph(
            file="step.onnx",
            inputs=(_port("search"), _port("memory")),
            outputs=(_port("edges"), _port("box"), _port("score")),
        ),
        weights="weights.bin",
        files={
            name: FileRecord(bytes=len(raw), sha256=hashlib.sha256(raw).hexdigest()) for name, raw in CONTENT.items()
        },
        versions={"torch": "2"},
    )


@pytest.fixture
def folder(manifest, tmp_path):
    for name, raw in CONTENT.items():
        (tmp_path / name).write_bytes(raw)
    write_manifest(manifest, tmp_path)
    return tmp_path


def _change(folder, **changes) -> None:
    values = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(values | changes))


def test_comes_back_as_it_was_written(folder, manifest):
    assert read_manifest(folder) == manifest
    assert sorted(path.name for path in folder.iterdir()) == sorted([*CONTENT, MANIFEST])
    with pytest.raises(FrozenInstanceError):
        manifest.name = "other"


def test_a_file_is_described_by_its_size_and_checksum(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    assert describe_file(tmp_path / "a") == FileRecord(
        bytes=3, sha256="ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


@pytest.mark.parametrize("name", ["../weights.bin", "/etc/passwd", "sub/weights.bin", "..", "", "C:\\w", ".hidden"])
def test_a_file_outside_the_folder_is_refused_wherever_it_is_named(folder, manifest, name):
    values = json.loads((folder / MANIFEST).read_text())
    for changes in (
        {"weights": name},
        {"encode": values["encode"] | {"file": name}},
        {"step": values["step"] | {"file": name}},
        {"files": values["files"] | {name: values["files"]["weights.bin"]}},
    ):
        _change(folder, **(values | changes))
        with pytest.raises(ValueError, match=r"^manifest: .* is not a plain name of a file in the folder"):
            read_manifest(folder)


@pytest.mark.parametrize("name", CONTENT)
def test_a_damaged_file_is_named(folder, name):
    raw = bytearray(CONTENT[name])
    raw[len(raw) // 2] ^= 1
    (folder / name).write_bytes(raw)
    with pytest.raises(ValueError, match=rf"^manifest: .*{name} is damaged \(its sha256 differs\)"):
        read_manifest(folder)
    (folder / name).write_bytes(CONTENT[name][:-1])
    with pytest.raises(ValueError, match=rf"{name} has {len(raw) - 1} bytes where {len(raw)} are expected"):
        read_manifest(folder)
    (folder / name).unlink()
    with pytest.raises(ValueError, match=rf"{name} is missing"):
        read_manifest(folder)


def test_another_format_is_told_before_anything_else(folder):
    _change(folder, format=FORMAT + 1, something_new=1)
    with pytest.raises(ValueError, match=rf"is of format {FORMAT + 1}, but this version reads {FORMAT}"):
        read_manifest(folder)
    (folder / MANIFEST).write_text("[1, 2]")
    with pytest.raises(ValueError, match="is of format None"):
        read_manifest(folder)


def test_what_is_not_a_manifest_is_said_so(folder, tmp_path_factory):
    with pytest.raises(ValueError, match=r"^manifest: .* has no manifest.json"):
        read_manifest(tmp_path_factory.mktemp("empty"))
    (folder / MANIFEST).write_bytes(b"\xff\xfe{")
    with pytest.raises(ValueError, match=r"^manifest: .* is not valid JSON"):
        read_manifest(folder)


def test_wrong_fields_are_named(folder):
    good = json.loads((folder / MANIFEST).read_text())
    wrong = [
        ({"dtype": "fp8"}, r"manifest\.dtype: must be one of fp32, fp16, int8; got 'fp8'"),
        ({"colour": "red"}, "unknown field colour"),
        ({"files": {}}, r"files: encode\.onnx has no size and no checksum"),
        ({"files": {"a": {"bytes": 1, "sha256": "xyz"}}}, "sha256: must be 64 hexadecimal digits"),
        ({"step": good["step"] | {"inputs": good["step"]["inputs"][:1]}}, r"step\.inputs: memory is missing"),
        ({"step": good["step"] | {"outputs": good["step"]["outputs"][:2]}}, r"step\.outputs: score is missing"),
    ]
    for changes, words in wrong:
        (folder / MANIFEST).write_text(json.dumps(good | changes))
        with pytest.raises(ValueError, match=words):
            read_manifest(folder)


def test_a_model_without_score_head_needs_no_score(manifest):
    without = replace(manifest.step, outputs=manifest.step.outputs[:2])
    assert replace(manifest, model=PRESETS["toy-teacher"], step=without).step == without
