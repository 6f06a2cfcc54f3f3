"""A tracker on clips of the synthetic world that no training run has seen."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from playground.box import Box, boxes_to_array, iou
from playground.follow import follow
from playground.tracker import Tracker
from playground.video.read import Frame
from playground.video.synthetic import WORLDS, SyntheticClip, render_clip

WIDTH, HEIGHT, FRAMES = 256, 192, 40
FIRST_SEED = 2_000_000_011  # training renders from seeds far below
CLIPS = 16


def held_out_clips(world: str, count: int = CLIPS) -> Iterator[SyntheticClip]:
    """The same ``count`` clips of a world of `playground.video.synthetic.WORLDS` every time."""
    settings = replace(WORLDS[world], width=WIDTH, height=HEIGHT, frames=FRAMES)
    return (render_clip(FIRST_SEED + i, settings) for i in range(count))


def mean_iou(tracker: Tracker, clip: SyntheticClip) -> float:
    """Mean IoU, 0..1, over the frames after the first in which the target is visible, tracked from its first box."""
    frames = (Frame(image, i, 0.0) for i, image in enumerate(clip.frames))
    events = [event for _, event in follow(tracker, frames, Box(*clip.boxes[0]))]
    overlap = iou(boxes_to_array([event.box for event in events]), clip.boxes)
    return float(np.mean(overlap[1:][clip.visible[1:]]))
