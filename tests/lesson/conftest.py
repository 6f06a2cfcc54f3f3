"""A lesson in an empty folder, and networks of toy size that look at the same search region."""

from dataclasses import replace

import pytest
from tiny_training import TINY, TINY_DENSE, tiny

from playground.config import CropConfig
from playground.lesson.opening import Lesson
from playground.video.synthetic import WorldConfig, render_clip
from playground.visualise.inside import cut_clip, look_inside

CLIP = WorldConfig(
    width=96, height=72, frames=9, size=(0.3, 0.35), speed=0.02, occlusion=0, leave_frame=0, distractors=0
)


@pytest.fixture
def lesson(tmp_path):
    return Lesson(name="test", fast=True, device="cpu", threads=1, runs=tmp_path / "runs", wall_s=0, processor_s=0)


@pytest.fixture(scope="session")
def clip():
    return render_clip(7, CLIP)


@pytest.fixture(scope="session")
def crops(clip):
    """Three search regions for networks of the shape `TINY`, with their true boxes."""
    return cut_clip(TINY, CropConfig(), clip.frames, clip.boxes, count=3)


@pytest.fixture(scope="session")
def dense(crops):
    return look_inside(tiny(TINY_DENSE).eval(), crops[1])


@pytest.fixture(scope="session")
def students(crops):
    """Two students of other weights, as if after 0 and after 10 steps."""
    return {step: look_inside(tiny(replace(TINY, depth=2), seed=step).eval(), crops[1]) for step in (0, 10)}
