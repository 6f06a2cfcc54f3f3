"""A toy model folder and its export, made once and shared by the tests that only read them."""

import functools
from pathlib import Path

import pytest
import torch

from playground.config import PRESETS, ModelConfig, TrackerConfig, UpdateConfig
from playground.export.onnx import export_onnx
from playground.hub import save_model
from playground.model import MixFormer

TOY = ModelConfig(
    template_size=32, search_size=64, patch=8, dim=48, depth=2, heads=3, bins=32, mlp_ratio=1.0, score_head=True
)
TRACKER = TrackerConfig(update=UpdateConfig(interval=4, min_score=0.0, max_templates=2), lost_score=0.125)


def toy_source(factory: pytest.TempPathFactory) -> Path:
    """A model folder with random weights of `TOY`, and settings that are not the defaults."""
    return _source(factory.getbasetemp())


def toy_export(factory: pytest.TempPathFactory) -> Path:
    """`toy_source` exported as fp32 with attention."""
    return _export(factory.getbasetemp())


@functools.cache
def _source(base: Path) -> Path:
    folder = base / "exported" / "source" / "toy"
    torch.manual_seed(0)
    save_model(MixFormer(TOY), TRACKER, folder)
    return folder


@functools.cache
def _export(base: Path) -> Path:
    folder = base / "exported" / "onnx" / "toy"
    export_onnx(str(_source(base)), folder, attention=True)
    return folder


def teacher_source(folder: Path) -> Path:
    """A model folder whose network has no prediction tokens."""
    save_model(MixFormer(PRESETS["toy-teacher"]), TRACKER, folder)
    return folder
