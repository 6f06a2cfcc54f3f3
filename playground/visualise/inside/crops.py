"""What a model is shown of one frame: the templates and the search region, cut as a tracker does."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32, UInt8

from playground.box import Box, boxes_to_array, iou
from playground.config import CropConfig, ModelConfig
from playground.crop import CropMap, crop
from playground.tracker import Tracker, TrackState

Corners = tuple[float, float, float, float]

# How far the search region of `cut_clip` is moved off the target, in target sides; a model that always answers "the
# middle" would else look good.
_SHIFTS = ((0.5, 0.2), (-0.3, 0.5), (0.2, -0.6), (-0.6, -0.2), (0.0, 0.3), (0.4, -0.3))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Crops:
    """``templates`` (the first one, then the online ones) and ``search`` region, RGB uint8.

    ``place`` says where the search region lies in the frame, ``rules`` how the crops were cut and are normalised.
    ``truth_rel`` is the true box, x1, y1, x2, y2 in fractions of the search region, where it is known.
    """

    templates: UInt8[np.ndarray, "k t t 3"]
    search: UInt8[np.ndarray, "s s 3"]
    place: CropMap
    rules: CropConfig
    truth_rel: Corners | None = None


def box_of(box_rel: Sequence[float]) -> Box:
    """x1, y1, x2, y2 as a box in the same units; one that is turned inside out has no area."""
    x1, y1, x2, y2 = box_rel
    return Box(x1, y1, max(x2 - x1, 0.0), max(y2 - y1, 0.0))


def overlap(a: Sequence[float], b: Sequence[float]) -> float:
    """IoU, 0..1, of two boxes x1, y1, x2, y2."""
    one, other = (boxes_to_array([box_of(box)]) for box in (a, b))
    return float(iou(one, other)[0])


def cut(
    model: ModelConfig,
    rules: CropConfig,
    templates: Sequence[tuple[np.ndarray, Box]],
    image: np.ndarray,
    around: Box,
    truth: Box | None = None,
) -> Crops:
    """Crops for ``model``: a template of each frame with its box, and the search region ``around`` a box of ``image``.

    Frames are RGB uint8, boxes in frame pixels. Raises ``ValueError`` naming ``templates`` when there is none, or
    ``box`` when one is too small.
    """
    if not templates:
        raise ValueError("templates: give at least one frame with its box.")
    search, place = crop(image, around, rules.search_factor, model.search_size)
    return Crops(
        templates=np.stack(
            [crop(frame, box, rules.template_factor, model.template_size)[0] for frame, box in templates]
        ),
        search=search,
        place=place,
        rules=rules,
        truth_rel=None if truth is None else place.to_crop(truth),
    )


def cut_step(tracker: Tracker, state: TrackState, image: np.ndarray, truth: Box | None = None) -> Crops:
    """What ``tracker`` is about to show its network of ``image``, given the ``state`` after the frame before."""
    rules = tracker.config.crop
    search, place = crop(image, state.box, rules.search_factor, tracker.backend.search_size)
    return Crops(
        templates=as_pictures(state.templates.stack(), rules),
        search=search,
        place=place,
        rules=rules,
        truth_rel=None if truth is None else place.to_crop(truth),
    )


def as_pictures(templates: Float32[np.ndarray, "k 3 t t"], rules: CropConfig) -> UInt8[np.ndarray, "k t t 3"]:
    """Normalised templates as the RGB pictures that they were made of, exactly: the inverse of `normalise`."""
    values = templates.transpose(0, 2, 3, 1) * np.array(rules.std) + np.array(rules.mean)
    return np.clip(np.rint(values * 255), 0, 255).astype(np.uint8)


def cut_clip(
    model: ModelConfig,
    rules: CropConfig,
    frames: UInt8[np.ndarray, "n height width 3"],
    boxes: Float[np.ndarray, "n 4"],
    count: int,
) -> list[Crops]:
    """``count`` search regions spread over an annotated clip; ``boxes`` are x, y, w, h in frame pixels.

    The template is of frame 0, the online template of the frame half way. A search region lies around the true box of
    the frame before, moved aside by up to six tenths of its sides. Frames whose box has no area are passed over.
    Raises ``ValueError`` naming ``frames``, ``boxes`` or ``count``.
    """
    if len(frames) < 2:
        raise ValueError(f"frames: a clip needs at least 2 frames; got {len(frames)}.")
    if count < 1:
        raise ValueError(f"count: must be at least 1 search region; got {count}.")
    usable = [i for i in range(1, len(frames)) if min(*boxes[i, 2:], *boxes[i - 1, 2:]) >= 1]
    if not usable or min(boxes[0, 2:]) < 1:
        raise ValueError("boxes: frame 0 and two neighbouring frames need a box of at least a pixel a side.")
    chosen = [usable[round(i)] for i in np.linspace(0, len(usable) - 1, count)]
    crops = []
    for turn, i in enumerate(chosen):
        half = max((j for j in [0, *usable] if j <= i // 2), default=0)
        near = Box(*boxes[i - 1].tolist())
        right, down = _SHIFTS[turn % len(_SHIFTS)]
        around = Box(near.x + right * near.w, near.y + down * near.h, near.w, near.h)
        pair = [(frames[j], Box(*boxes[j].tolist())) for j in (0, half)]
        crops.append(cut(model, rules, pair, frames[i], around, Box(*boxes[i].tolist())))
    return crops
