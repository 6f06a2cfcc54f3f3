"""Everything a run trains on, in one store: the synthetic world, and real stills and clips where there are any."""

from pathlib import Path

import numpy as np

from playground.data.sample import random_box
from playground.data.shards import read_clips, read_photos
from playground.data.store import FrameStore, StoreBuilder
from playground.video.synthetic import WorldConfig, render_clip

TRAINING_WORLD = WorldConfig(width=256, height=192, frames=24)
KEEP_EVERY = 3  # of the rendered frames: neighbours are too alike to be worth their memory
RANDOM_BOXES = 8  # for a still without boxes
LARGEST = 0.6  # of a still's side: around a larger object the search region would be mostly black


def gather(folder: Path | None, synthetic_clips: int, seed: int) -> FrameStore:
    """Frames and tracks from ``folder`` (``photos.tar`` and ``clips.tar``, each optional) and the synthetic world.

    Sources are named after the stills' own ``source``, the clips' names up to the first underscore, and ``synthetic``.
    Raises ``ValueError`` when ``folder`` holds neither file, or when there is nothing to train on at all.
    """
    builder = StoreBuilder()
    if folder is not None:
        photos, clips = folder / "photos.tar", folder / "clips.tar"
        if not photos.is_file() and not clips.is_file():
            raise ValueError(f"data: {folder} holds neither photos.tar nor clips.tar; give the folder that does.")
        if photos.is_file():
            rng = np.random.default_rng(seed)
            for source, image, boxes in read_photos(photos):
                extent = np.array([image.shape[1], image.shape[0]], np.float64)
                builder.add(source, [image], [_usable(boxes, extent, rng)])
        if clips.is_file():
            for name, frames, boxes in read_clips(clips):
                builder.add(name.partition("_")[0], frames, list(boxes[:, None]))
    for clip_seed in range(synthetic_clips):
        clip = render_clip(seed * 1_000_003 + clip_seed, TRAINING_WORLD)
        boxes = np.where(clip.visible[:, None], clip.boxes, np.nan)[::KEEP_EVERY]
        builder.add("synthetic", list(clip.frames[::KEEP_EVERY]), list(boxes[:, None]))
    return builder.build()


def _usable(boxes: np.ndarray, extent: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The boxes with enough picture around them to cut a search region; any rectangles where a still has none."""
    if len(boxes) == 0:
        return np.array([random_box(extent, rng) for _ in range(RANDOM_BOXES)])
    return boxes[np.sqrt(boxes[:, 2] * boxes[:, 3]) < LARGEST * np.sqrt(extent.prod())]
