"""The benchmark of benchmarks/training.py, on stages made toy-sized: every number type that a recipe may ask for."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from playground.train.recipes import CHAINS, recipe

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture
def training(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import training

    monkeypatch.setattr(training, "peak", lambda device, numbers: float(getattr(torch, numbers).itemsize) * 1e9)
    monkeypatch.setattr(training, "CLIPS", 1)
    yield training
    for name in ("training", "ceilings", "written"):
        sys.modules.pop(name, None)


def test_a_stage_of_any_scale_is_measured_and_told(training, monkeypatch, tmp_path, capsys):
    toy = recipe("toy-score")
    asked = replace(toy, precision="auto", start_from="nowhere/pretrained")
    monkeypatch.setitem(CHAINS, "mini", ("first",))
    monkeypatch.setattr(training, "recipe", lambda name, folder: asked)
    out = tmp_path / "deep" / "training.md"
    given = ["benchmarks/training.py", "--scale", "mini", "--seconds", "0", "--groups", "1", "--device", "cpu"]
    monkeypatch.setattr(sys, "argv", [*given, "--out", str(out)])
    training.main()
    numbers = "bfloat16" if torch.cpu._is_amx_tile_supported() else "float32"
    said = capsys.readouterr().out
    (row,) = (line for line in said.splitlines() if line.startswith("| first |"))
    assert f"| {numbers} |" in row and f"TFLOP/s in {numbers}." in said and "1 group a step" in said
    assert said.endswith(f"; `python {' '.join(given)}`.\n")
    assert out.read_text() == f"# Training speed by stage: mini\n\n{said}"


def test_every_scale_can_be_asked_for(training, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["benchmarks/training.py", "--help"])
    with pytest.raises(SystemExit):
        training.main()
    assert ",".join(CHAINS) in capsys.readouterr().out
