"""One frame seen by the embedded model, and by untrained ones of toy size with both kinds of head."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch

from playground.box import Box
from playground.config import PRESETS, CropConfig
from playground.hub import load_model, load_tracker_config, resolve
from playground.model import MixFormer
from playground.video.synthetic import WorldConfig, render_clip
from playground.visualise.inside.capture import look_inside
from playground.visualise.inside.crops import cut

CLIP = WorldConfig(
    width=160, height=120, frames=8, size=(0.3, 0.35), speed=0.02, occlusion=0, leave_frame=0, distractors=0, blur=0
)


def _untrained(name: str, **changes) -> MixFormer:
    torch.manual_seed(0)
    return MixFormer(replace(PRESETS[name], **changes)).eval()


@pytest.fixture(scope="session")
def small():
    """The embedded four-layer model."""
    return load_model(resolve("mini-small"))


@pytest.fixture(scope="session")
def small_rules():
    return load_tracker_config(resolve("mini-small"))


@pytest.fixture(scope="session")
def deep():
    """Prediction tokens, five layers, not trained."""
    return _untrained("toy-deep", depth=5)


@pytest.fixture(scope="session")
def dense():
    """A corner head, three layers, not trained."""
    return _untrained("toy-teacher", depth=3)


@pytest.fixture(scope="session")
def clip():
    return render_clip(7, CLIP)


@pytest.fixture(scope="session")
def crops_for(clip):
    """A function from a model to what it is shown of frame 6 of the clip, with the true box."""

    def crops(model, rules=None, templates=2):
        boxes = [Box(*box) for box in clip.boxes.tolist()]
        shown = [(clip.frames[i], boxes[i]) for i in range(templates)]
        return cut(model.config, rules or CropConfig(), shown, clip.frames[6], boxes[4], boxes[6])

    return crops


@pytest.fixture(scope="session")
def looked(small, small_rules, crops_for):
    """Inside the embedded model."""
    return look_inside(small, crops_for(small, small_rules.crop))


@pytest.fixture(scope="session")
def looked_deep(deep, crops_for):
    return look_inside(deep, crops_for(deep))


@pytest.fixture(scope="session")
def looked_dense(dense, crops_for):
    return look_inside(dense, crops_for(dense))


@pytest.fixture(scope="session")
def scene():
    """A function from a box in whole pixels and a seed to a 320x240 frame: the seed's target stretched into the box."""

    def frame(box: Box, seed: int = 3) -> np.ndarray:
        rng = np.random.default_rng(seed)
        ground = cv2.resize(rng.integers(60, 110, (12, 16, 3), np.uint8), (320, 240), interpolation=cv2.INTER_CUBIC)
        pattern = cv2.resize(rng.integers(0, 255, (4, 4, 3), np.uint8), (64, 64), interpolation=cv2.INTER_CUBIC)
        x, y, w, h = map(int, box.as_tuple())
        ground[y : y + h, x : x + w] = cv2.resize(pattern, (w, h))
        return ground

    return frame
