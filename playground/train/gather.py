"""Everything a run trains on, in one store: the locations it names, and the synthetic world."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import cv2
import numpy as np

from playground.data.clean import clean
from playground.data.clip import Clip, Encoded, image_size, keep_objects, read_image, read_mask
from playground.data.encoded import EncodedBuilder, EncodedFrames
from playground.data.formats import read_location, split_location
from playground.data.sample import random_box
from playground.data.skipped import Fault, Note, Skipped
from playground.data.store import Frames, StoreBuilder
from playground.train_config import DataConfig
from playground.video.synthetic import WORLDS, WorldConfig, render_clip

WIDTH, HEIGHT, FRAMES = 256, 192, 24  # of a rendered clip
KEEP_EVERY = 3  # of the rendered frames: neighbours are too alike to be worth their memory
RANDOM_BOXES = 8  # for a still without boxes
LARGEST = 0.6  # of a still's side: around a larger object the search region would be mostly black


def gather(config: DataConfig, seed: int) -> tuple[Frames, Skipped]:
    """Frames and tracks from every location, then from the synthetic world, and what was left out.

    Raises ``ValueError`` naming ``data`` for a location that is not understood or has nothing to train on, and when
    neither locations nor synthetic clips are asked for.
    """
    if not config.locations and not config.synthetic_clips:
        raise ValueError("data: there is nothing to train on; give locations, or synthetic_clips above 0.")
    for location in config.locations:
        split_location(location)  # a slip of the pen shows before hours of reading
    builder = EncodedBuilder() if config.store == "encoded" else StoreBuilder()
    skipped = Skipped()
    rng = np.random.default_rng(seed)
    for location in config.locations:
        note = partial(skipped.add, location)
        added = [_add(builder, clip, rng, note) for clip in read_location(location, skipped)]
        if not any(added):
            reasons = "; ".join(line.removeprefix(f"{location}: ") for line in skipped.lines(location))
            raise ValueError(f"data: {location} has nothing to train on ({reasons or 'it is empty'}).")
    world = replace(WORLDS[config.world], width=WIDTH, height=HEIGHT, frames=FRAMES)
    for i in range(config.synthetic_clips):
        builder.add(_synthetic(seed * 1_000_003 + i, world, encode=config.store == "encoded"))
    return builder.build(), skipped


def left_out(skipped: Skipped, frames: Frames) -> tuple[str, ...]:
    """What could not be used, a line each: found while gathering, and while decoding for batches."""
    broken = frames.broken if isinstance(frames, EncodedFrames) else {}
    return skipped.lines() + tuple(f"{clip}: {count} reads of broken pictures" for clip, count in broken.items())


def _add(builder: StoreBuilder | EncodedBuilder, clip: Clip, rng: np.random.Generator, note: Note) -> bool:
    """Add a clip; where a picture is broken, the rest of it."""
    try:
        clip = _surrounded(clip, rng)
        try:
            builder.add(clip)
        except ValueError:
            builder.add(clean(_readable(clip, note), note))
    except Fault as fault:
        note(fault)
        return False
    return True


def _surrounded(clip: Clip, rng: np.random.Generator) -> Clip:
    """A still's objects with enough picture around them to cut a search region; any rectangles where it has none.

    Raises `Fault` when every object fills the picture.
    """
    if len(clip.frames) > 1:
        return clip
    extent = np.array(image_size(clip.frames[0]), np.float64)
    boxes = clip.boxes[0]
    if len(boxes) == 0:
        return replace(clip, boxes=np.array([[random_box(extent, rng) for _ in range(RANDOM_BOXES)]]))
    small = np.sqrt(boxes[:, 2] * boxes[:, 3]) < LARGEST * np.sqrt(extent.prod())
    if not small.any():
        raise Fault(clip.name, "pictures that their objects fill")
    return keep_objects(clip, small)


def _readable(clip: Clip, note: Note) -> Clip:
    """The frames that can be decoded, and the masks that can; what cannot is noted.

    Raises `Fault` when fewer than two frames of a clip are left, or no picture of a still.
    """

    def opens(read: Callable[[Encoded], np.ndarray], encoded: Encoded, frame: int) -> bool:
        try:
            read(encoded)
        except ValueError:
            note(Fault(f"{clip.name}, frame {frame}", "pictures or masks that cannot be read"))
            return False
        return True

    kept = [i for i, frame in enumerate(clip.frames) if opens(read_image, frame, i)]
    if len(kept) < min(2, len(clip.frames)):
        raise Fault(clip.name, "clips without two pictures that can be read, or stills without one")
    masks = [(i, clip.masks[i]) for i in kept] if clip.masks else []
    return replace(
        clip,
        frames=tuple(clip.frames[i] for i in kept),
        boxes=clip.boxes[kept],
        masks=tuple(None if mask is None or not opens(read_mask, mask, i) else mask for i, mask in masks),
    )


def _synthetic(seed: int, world: WorldConfig, encode: bool) -> Clip:
    """A clip of the synthetic world, as PNG where it is to be kept encoded."""
    clip = render_clip(seed, world)
    boxes = np.where(clip.visible[:, None], clip.boxes, np.nan)[::KEEP_EVERY, None]
    frames = clip.frames[::KEEP_EVERY]
    kept: tuple[Encoded, ...] = tuple(cv2.imencode(".png", f[..., ::-1])[1].tobytes() for f in frames) if encode else ()
    return Clip(source="synthetic", name=f"{seed:08d}", frames=kept or tuple(frames), boxes=boxes)
