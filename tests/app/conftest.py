"""A tiny model folder and a short clip of a moving square, for the tests of the page."""

from pathlib import Path

import numpy as np
import pytest
import torch

from playground.config import PRESETS, TrackerConfig
from playground.hub import save_model
from playground.model import MixFormer
from playground.video.write import write_video

SQUARE_SIDE, SQUARE_FRAMES, SQUARE_FPS = 24, 12, 25


@pytest.fixture(scope="session")
def toy_model(tmp_path_factory) -> str:
    """A model folder with random weights and settings that are not the defaults."""
    folder = tmp_path_factory.mktemp("model") / "toy"
    torch.manual_seed(0)
    save_model(MixFormer(PRESETS["toy-small"]), TrackerConfig(lost_score=0.125), folder)
    return str(folder)


@pytest.fixture(scope="session")
def square_clip(tmp_path_factory) -> Path:
    """12 frames of 128x96 at 25 a second; frame i shows a red square of 24 pixels with its corner at (20 + 2 i, 30)."""
    path = tmp_path_factory.mktemp("clip") / "square.mp4"
    frames = []
    for i in range(SQUARE_FRAMES):
        frame = np.full((96, 128, 3), 60, np.uint8)
        frame[30 : 30 + SQUARE_SIDE, 20 + 2 * i : 20 + 2 * i + SQUARE_SIDE] = (220, 40, 30)
        frames.append(frame)
    write_video(path, frames, SQUARE_FPS)
    return path
