"""Models in and out of folders: what is saved is loaded, and what each wrong file is told."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file, save_file

from playground.config import PRESETS, TrackerConfig, UpdateConfig
from playground.hub import WEIGHTS, count_learned, embedded_models, load_model, load_tracker_config, resolve, save_model
from playground.model import MixFormer


@pytest.fixture
def folder(tmp_path):
    torch.manual_seed(0)
    save_model(MixFormer(PRESETS["toy-small"]), TrackerConfig(update=UpdateConfig(interval=7)), tmp_path / "toy")
    return tmp_path / "toy"


def test_what_is_saved_is_loaded(folder):
    model = load_model(resolve(str(folder)))
    torch.manual_seed(0)
    first = MixFormer(PRESETS["toy-small"]).state_dict()
    assert model.config == PRESETS["toy-small"] and not model.training
    assert all(torch.equal(value, first[name]) for name, value in model.state_dict().items())
    assert load_tracker_config(folder).update.interval == 7
    assert sorted(p.name for p in folder.iterdir()) == ["config.json", "model.safetensors", "tracker.json"]


def test_half_precision_is_stored_small_and_loaded_as_float32(folder, tmp_path):
    model = load_model(folder)
    save_model(model, TrackerConfig(), tmp_path / "half", half=True)
    assert (tmp_path / "half/model.safetensors").stat().st_size < 0.55 * (folder / "model.safetensors").stat().st_size
    again = load_model(tmp_path / "half")
    for name, value in again.state_dict().items():
        assert value.dtype == torch.float32
        torch.testing.assert_close(value, model.state_dict()[name], atol=1e-3, rtol=1e-3)


def test_every_embedded_model_loads():
    assert {"mini-teacher", "mini-deep", "mini-base", "mini-small"} <= set(embedded_models())
    for name in embedded_models():
        # Stage 1 trains mini-deep without a score; the embedded one has learnt it since, to be a whole tracker.
        scored = PRESETS[name].score_head or name == "mini-deep"
        assert load_model(resolve(name)).config == replace(PRESETS[name], score_head=scored)
        assert isinstance(load_tracker_config(resolve(name)), TrackerConfig)


def test_embedded_models_are_small_and_have_a_card():
    folders = [resolve(name) for name in embedded_models()]
    for folder in folders:
        values = load_file(folder / "model.safetensors").values()
        assert {value.dtype for value in values if value.is_floating_point()} == {torch.float16}
        assert (folder / "card.json").is_file() and f"# {folder.name}\n" in (folder / "README.md").read_text()
    assert sum(path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file()) < 40e6


def test_loading_leaves_the_compiler_alone():
    """PyTorch imports it for most work on the meta device, which doubles the time that a track takes to begin."""
    code = "import sys, playground; playground.load(device='cpu'); sys.exit('torch._dynamo' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_damaged_weights_are_named(folder):
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ValueError, match=r"model\.safetensors is not a readable safetensors file"):
        load_model(folder)


def test_weights_of_another_shape_are_named(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"bins": 48}))
    with pytest.raises(ValueError, match=r"model\.safetensors does not fit config\.json"):
        load_model(folder)


def test_weights_that_are_not_finite_are_named(folder):
    path = folder / "model.safetensors"
    tensors = load_file(path)
    tensors["backbone.reg_tokens"][0, 0, 0] = float("nan")
    save_file(tensors, path)
    with pytest.raises(ValueError, match=r"not finite, first in backbone\.reg_tokens"):
        load_model(folder)


def test_unknown_setting_is_refused(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"layers": 3}))
    with pytest.raises(ValueError, match="unknown field layers"):
        load_model(folder)


def test_folder_without_tracker_settings_gets_the_papers(folder):
    (folder / "tracker.json").unlink()
    assert load_tracker_config(folder) == TrackerConfig()


@pytest.mark.parametrize("changes", [{"depth": 128, "dim": 4080}, {"mlp_ratio": 16.0}, {"bins": 4096}])
def test_a_shape_that_the_file_does_not_hold_is_refused_before_it_is_given_memory(folder, changes, monkeypatch):
    values = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(values | changes))
    made = []

    def make(config):
        made.append(str(torch.empty(0).device))
        return MixFormer(config)

    monkeypatch.setattr("playground.model.MixFormer", make)
    with pytest.raises(ValueError, match=r"^model: .* does not fit config.json beside it \(\S+ is \[.* in the file\)"):
        load_model(folder)
    assert made == ["meta"]


@pytest.mark.parametrize("preset", ["toy-small", "toy-teacher"])
def test_what_was_learned_is_counted_from_the_files_beginning(tmp_path, preset):
    model = MixFormer(PRESETS[preset])
    save_model(model, TrackerConfig(), tmp_path)
    assert count_learned(tmp_path) == sum(weight.numel() for weight in model.parameters())
    (tmp_path / WEIGHTS).write_bytes(b"{}")
    with pytest.raises(ValueError, match=rf"^model: .*{WEIGHTS} is not a readable safetensors file"):
        count_learned(tmp_path)
