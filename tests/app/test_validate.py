"""Validation while training says what an evaluation of the same weights says, and leaves training as it was."""

import numpy as np
import pytest
import torch
from PIL import Image

from playground.api import load
from playground.app.validate import validator
from playground.config import PRESETS, TrackerConfig
from playground.data.benchmarks import read_benchmark
from playground.evaluate.run import evaluate
from playground.hub import save_model
from playground.model import MixFormer


@pytest.fixture
def sequences(tmp_path):
    rng = np.random.default_rng(0)
    for name in ("one", "two"):
        folder = tmp_path / "data" / name / "img"
        folder.mkdir(parents=True)
        for i in range(4):
            Image.fromarray(rng.integers(0, 255, (60, 80, 3), np.uint8)).save(folder / f"{i + 1:04d}.jpg")
        (folder.parent / "groundtruth_rect.txt").write_text("20,20,16,12\n" * 4)
    return f"otb:{tmp_path / 'data'}"


def test_says_what_an_evaluation_says(sequences, tmp_path):
    torch.manual_seed(0)
    model = MixFormer(PRESETS["toy-small"])
    said = validator(sequences, "cpu")(model.eval(), TrackerConfig())
    save_model(model, TrackerConfig(), tmp_path / "model")
    scores = list(evaluate(load(str(tmp_path / "model"), device="cpu"), read_benchmark(sequences)))
    assert said == pytest.approx(
        {"auc": np.mean([s.auc for s in scores]), "precision": np.mean([s.precision for s in scores])}
    )


def test_no_data_no_validation_and_wrong_data_is_named():
    assert validator("", "cpu") is None
    with pytest.raises(ValueError, match="^data: "):
        validator("otb:nowhere", "cpu")
