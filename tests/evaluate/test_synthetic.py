"""Held-out clips are the same every time and none of training's; the mean counts what can be seen."""

import numpy as np
import pytest

from playground.config import CropConfig, TrackerConfig
from playground.evaluate.synthetic import held_out_clips, mean_iou
from playground.tracker import Tracker
from playground.tracker.backend import Answer, FakeBackend
from playground.train.gather import gather
from playground.train_config import DataConfig
from playground.video.synthetic import SyntheticClip


def test_clips_are_the_same_every_time_and_none_of_trainings():
    one, two = list(held_out_clips("plain", 2)), list(held_out_clips("plain", 2))
    for a, b in zip(one, two, strict=True):
        assert np.array_equal(a.frames, b.frames) and np.array_equal(a.boxes, b.boxes)
    frames, _ = gather(DataConfig(synthetic_clips=2, world="plain"), seed=0)
    trained = {tuple(np.round(track.boxes[0], 3)) for source in frames.sources for track in source.tracks}
    assert not trained & {tuple(np.round(clip.boxes[0], 3)) for clip in one}


def test_the_mean_is_over_visible_frames_after_the_first():
    boxes = np.array([[40, 40, 20, 20], [40, 40, 20, 20], [50, 40, 20, 20], [70, 40, 20, 20]], np.float64)
    clip = SyntheticClip(
        frames=np.zeros((4, 120, 160, 3), np.uint8), boxes=boxes, visible=np.array([True, True, True, False])
    )
    middle = Answer(box_rel=(0.375, 0.375, 0.625, 0.625), score=0.9, edges=np.full((4, 8), 0.125))
    stays = Tracker(FakeBackend(lambda *_: middle), TrackerConfig(crop=CropConfig(search_factor=4.0)))
    assert mean_iou(stays, clip) == pytest.approx((1 + 1 / 3) / 2, abs=1e-6)  # half a box away: 10 of 30 pixels
