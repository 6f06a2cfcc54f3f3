"""Frames as networks of toy size see them."""

from dataclasses import replace

import pytest
import torch

from playground.config import PRESETS, CropConfig
from playground.model import MixFormer
from playground.video.synthetic import WorldConfig, render_clip
from playground.visualise.inside import cut_clip, look_inside

WORLD = WorldConfig(width=96, height=72, frames=8, size=(0.3, 0.35), occlusion=0, leave_frame=0, photographs=False)


def _untrained(name, **changes):
    torch.manual_seed(0)
    return MixFormer(replace(PRESETS[name], **changes)).eval()


@pytest.fixture(scope="session")
def world():
    return render_clip(3, WORLD)


@pytest.fixture(scope="session")
def sparse():
    """Four prediction tokens, three layers."""
    return _untrained("toy-deep", depth=3)


@pytest.fixture(scope="session")
def dense():
    """A corner head, two layers, as many bins and patches as `sparse` has."""
    return _untrained("toy-teacher", depth=2)


@pytest.fixture(scope="session")
def crops(sparse, world):
    return cut_clip(sparse.config, CropConfig(), world.frames, world.boxes, 2)


@pytest.fixture(scope="session")
def seen(sparse, crops):
    """Two frames inside `sparse`."""
    return [look_inside(sparse, one) for one in crops]


@pytest.fixture(scope="session")
def seen_dense(dense, world):
    return [look_inside(dense, one) for one in cut_clip(dense.config, CropConfig(), world.frames, world.boxes, 2)]
