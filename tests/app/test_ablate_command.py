"""The comparisons' door: measured once, written between the marks, nothing else touched."""

import json

import pytest
import torch

from playground.app import ablate_command
from playground.app.ablate_command import ablate_lines
from playground.config import PRESETS, TrackerConfig
from playground.hub import save_model
from playground.model import MixFormer
from playground.settings import to_json
from playground.train.ablate import arms
from playground.train.pipeline import stages


@pytest.fixture
def trained(tmp_path, monkeypatch):
    """Runs of two seeds that are all there: untrained networks, as if `run_arms` had finished before."""
    torch.manual_seed(0)
    for seed in range(2):
        folder = tmp_path / f"seed-{seed}"
        for name, config in arms(stages("toy", folder, seed=seed), folder).items():
            save_model(MixFormer(PRESETS["toy-small"]), TrackerConfig(), folder / name)
            (folder / name / "run.json").write_text(to_json(config))
    calls = []
    monkeypatch.setattr(ablate_command, "run_arms", lambda *a, **k: iter(()))
    monkeypatch.setattr(ablate_command, "held_out_clips", lambda world: [world])
    monkeypatch.setattr(ablate_command, "mean_iou", lambda tracker, clip: calls.append(clip) or len(calls) / 100)
    return tmp_path, calls


def test_measures_once_and_writes_between_the_marks(trained):
    out, calls = trained
    report = out / "report.md"
    marks = "<!-- begin: playground ablate toy -->", "<!-- end: playground ablate toy -->"
    report.write_text(f"before\n{marks[0]}\nold\n{marks[1]}\nafter\n")
    lines = list(ablate_lines("toy", out, 2, (), report, "cpu"))
    first = len(calls)
    assert first == 2 * len(json.loads((out / "results.json").read_text())["0"]) and set(calls) == {"plain"}
    text = report.read_text()
    assert text.startswith(f"before\n{marks[0]}\n") and text.endswith(f"{marks[1]}\nafter\n") and "old" not in text
    assert "| `narrow` |" in text and any("--seeds 2" in line for line in lines)
    assert list(ablate_lines("toy", out, 2, (), report, "cpu")) == lines and len(calls) == first
    assert report.read_text() == text


def test_some_comparisons_alone(trained):
    out, calls = trained
    text = "\n".join(ablate_lines("toy", out, 1, ("mlp",), None, "cpu"))
    assert "`fresh-mlp`" in text and "`plain`" not in text and "--only mlp" in text and len(calls) == 2
    with pytest.raises(ValueError, match="^only: choose from tokens, .* got speed"):
        list(ablate_lines("toy", out, 1, ("speed",), None, "cpu"))


def test_bad_input_is_named(tmp_path, trained):
    out, _ = trained
    with pytest.raises(ValueError, match="^scale: must be toy or mini"):
        list(ablate_lines("base", out, 1, (), None, "cpu"))
    with pytest.raises(ValueError, match="^seeds:"):
        list(ablate_lines("toy", out, 0, (), None, "cpu"))
    report = tmp_path / "report.md"
    report.write_text("no marks")
    with pytest.raises(ValueError, match="^report: .* write between"):
        list(ablate_lines("toy", out, 2, (), report, "cpu"))
    assert report.read_text() == "no marks"
