"""Models of the page are exported once, named by what they were made of, and refused where it cannot draw them."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from exported import TRACKER, toy_export, toy_source

import playground.app.page.exports as exports
from playground.app.page.exports import PageModel, page_models
from playground.config import PRESETS, TrackerConfig
from playground.export.onnx import export_onnx
from playground.hub import TRACKER_CONFIG, save_model
from playground.manifest import read_manifest
from playground.model import MixFormer
from playground.settings import to_json


@pytest.fixture
def work(monkeypatch):
    """What was exported or tracked, instead of doing it: exports are copies of one that is there."""
    done: list[str] = []

    def reference(source: Path, sha256: str, path: Path) -> None:
        done.append("reference")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"events": []}))

    monkeypatch.setattr(exports, "write_reference", reference)
    return done


@pytest.fixture
def source(tmp_path_factory, tmp_path):
    return shutil.copytree(toy_source(tmp_path_factory), tmp_path / "toy")


@pytest.fixture
def export(work, monkeypatch, tmp_path_factory):
    def copy(name: str, out: Path, dtype: str) -> None:
        work.append(dtype)
        shutil.copytree(toy_export(tmp_path_factory), out)

    monkeypatch.setattr(exports, "_export", copy)


def _models(name, cache, dtypes=("fp32",)):
    found = [*page_models((str(name),), dtypes, cache)]
    return [item for item in found if isinstance(item, PageModel)], [item for item in found if isinstance(item, str)]


@pytest.mark.usefixtures("export")
def test_a_model_is_exported_once(source, work, tmp_path):
    (model,), said = _models(source, tmp_path / "cache")
    assert work == ["reference", "fp32"] and len(said) == 2 and all(line.startswith("toy: ") for line in said)
    assert (model.name, model.dtype) == ("toy", "fp32") and model.reference.is_file()
    assert read_manifest(model.folder).name == "toy"
    (again,), said = _models(source, tmp_path / "cache")
    assert again == model and said == [] and len(work) == 2


@pytest.mark.usefixtures("export")
def test_other_settings_or_another_clip_are_another_result(source, work, tmp_path, monkeypatch):
    (model,), _ = _models(source, tmp_path / "cache")
    facts = exports.read_facts()
    monkeypatch.setattr(exports, "read_facts", lambda: replace(facts, sha256="0" * 64))
    (other,), _ = _models(source, tmp_path / "cache")
    assert other.reference != model.reference and other.folder == model.folder
    (source / TRACKER_CONFIG).write_text(to_json(TrackerConfig(lost_score=0.5)))
    (third,), _ = _models(source, tmp_path / "cache")
    assert third.folder != model.folder
    assert work == ["reference", "fp32", "reference", "reference", "fp32"]


@pytest.mark.usefixtures("export")
def test_an_export_that_lies_in_the_model_folder_is_taken(tmp_path_factory, source, work, tmp_path):
    shutil.copytree(toy_export(tmp_path_factory), source / "onnx")
    (model,), _ = _models(source, tmp_path / "cache")
    assert model.folder == source / "onnx" and work == ["reference"]
    (source / TRACKER_CONFIG).write_text(to_json(TrackerConfig(lost_score=0.5)))
    (model,), _ = _models(source, tmp_path / "cache")
    assert model.folder != source / "onnx", "it was made with other settings"


@pytest.mark.usefixtures("export")
@pytest.mark.parametrize(("packages", "dtypes"), [(True, ["fp16", "fp32", "int8"]), (False, ["fp16"])])
def test_what_lies_in_the_model_folder_comes_first(source, tmp_path, monkeypatch, packages, dtypes):
    monkeypatch.setattr(exports, "_can_export", lambda: packages)
    export_onnx(str(source), source / "onnx", dtype="fp16")
    models, _ = _models(source, tmp_path / "cache", dtypes=())
    assert [model.dtype for model in models] == dtypes
    assert models[0].folder == source / "onnx" and models[0].reference.is_file()


@pytest.mark.usefixtures("export")
def test_without_an_export_in_the_folder_it_is_exported_as_usual(source, tmp_path):
    models, _ = _models(source, tmp_path / "cache", dtypes=())
    assert [model.dtype for model in models] == ["fp32", "int8"]


def test_an_exported_folder_is_taken_as_it_is(tmp_path_factory, tmp_path):
    (model,), said = _models(toy_export(tmp_path_factory), tmp_path / "cache")
    assert model.folder == toy_export(tmp_path_factory) and model.reference is None and said == []
    assert not (tmp_path / "cache").exists()


def test_what_the_page_cannot_show_is_refused(tmp_path_factory, tmp_path):
    folder = str(toy_export(tmp_path_factory))
    for names, dtypes, words in [
        ((), ("fp32",), "model: name at least one"),
        ((folder, folder), ("fp32",), "model: there are two called toy as fp32"),
    ]:
        with pytest.raises(ValueError, match=f"^{words}"):
            list(page_models(names, dtypes, tmp_path))
    save_model(MixFormer(PRESETS["toy-teacher"]), TRACKER, tmp_path / "dense")
    with pytest.raises(ValueError, match=r"^model: the page draws four edge distributions; dense has a corners"):
        list(page_models((str(tmp_path / "dense"),), ("fp32",), tmp_path))
