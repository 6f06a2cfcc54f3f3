"""Choose templates and search frames, and where to cut them: numbers only, no pixels.

A *group* is one pair of templates with several search regions. Encoding the templates once for all of them is cheaper
than encoding them for each, which is what the split into `encode` and `locate` allows.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from playground.config import SampleConfig
from playground.data.store import FrameStore, Source, Track


@dataclass(frozen=True, slots=True)
class Cuts:
    """Squares to cut: ``frames`` ``(n,)`` and ``squares`` ``(n, 4)`` as x, y, width, height in frame pixels."""

    frames: Int[np.ndarray, "n"]
    squares: Float[np.ndarray, "n 4"]


@dataclass(frozen=True, slots=True)
class Draw:
    """What one batch is cut from.

    ``templates`` has ``groups * k`` rows, ``search`` ``groups * per_group`` rows, group by group. ``boxes_rel`` ``(n,
    4)`` is the target in each search region, x1, y1, x2, y2 as fractions; ``label`` ``(n,)`` is 1 where the template's
    object is the one in the search region, 0 where another object is. ``flip`` ``(groups,)`` mirrors a whole group.
    """

    templates: Cuts
    search: Cuts
    boxes_rel: Float[np.ndarray, "n 4"]
    label: Float[np.ndarray, "n"]
    flip: np.ndarray


def jitter(
    box: Float[np.ndarray, "4"],
    normal: Float[np.ndarray, "2"],
    uniform: Float[np.ndarray, "2"],
    scale: float,
    centre: float,
) -> Float[np.ndarray, "4"]:
    """The box a tracker might have had in the frame before (spec 3.3).

    Sides are multiplied by ``exp(scale * normal)``; the centre moves by ``centre * sqrt(w * h) * (uniform - 0.5)``.
    """
    size = box[2:] * np.exp(normal * scale)
    offset = np.sqrt(size.prod()) * centre * (uniform - 0.5)
    return np.concatenate([box[:2] + 0.5 * box[2:] + offset - 0.5 * size, size])


def random_box(extent: Float[np.ndarray, "2"], rng: np.random.Generator) -> Float[np.ndarray, "4"]:
    """Any rectangle in a picture of ``extent`` (width, height) pixels, each at least 16.

    Matching a rectangle of a still to itself teaches place and size without knowing what an object is.
    """
    side = np.exp(rng.uniform(np.log(12), np.log(max(13.0, 0.5 * extent.min()))))
    ratio = np.exp(rng.normal(0, 0.35))
    size = np.clip(np.array([side * ratio, side / ratio]), 6, 0.9 * extent)
    return np.concatenate([rng.uniform(0, 1, 2) * (extent - size), size])


def draw_batch(
    store: FrameStore, config: SampleConfig, factors: tuple[float, float], groups: int, rng: np.random.Generator
) -> Draw:
    """Draw one batch of groups; ``factors`` are the template's and the search region's (spec 4.1)."""
    template_factor, search_factor = factors
    weights = [config.weights.get(source.name, 1.0) for source in store.sources]
    chance = np.array(weights) / np.sum(weights)
    templates: list[tuple[int, np.ndarray]] = []
    search: list[tuple[int, np.ndarray]] = []
    targets: list[np.ndarray] = []
    labels: list[float] = []
    for _ in range(groups):
        track = _draw_track(store, store.sources[rng.choice(len(chance), p=chance)], config, rng)
        base = int(rng.integers(len(track.frames)))
        for i in range(config.templates):
            at = base if i == 0 else _near(base, len(track.frames), config.max_gap, rng)
            # The online template comes from the tracker's own boxes, so it is cut a little off.
            box = track.boxes[at] if i == 0 else _small_error(track.boxes[at], rng)
            templates.append((int(track.frames[at]), _square(box, template_factor)))
        for _ in range(config.per_group):
            other = _another(track, store, chance, config, rng) if rng.random() < config.negatives else None
            positive, seen = other is None, track if other is None else other
            at = _near(base, len(seen.frames), config.max_gap, rng) if positive else int(rng.integers(len(seen.frames)))
            square = _square(_previous_box(seen.boxes[at], search_factor, config, rng), search_factor)
            square[2:] *= np.exp(rng.normal(0, config.stretch, 2))
            search.append((int(seen.frames[at]), square))
            x, y, w, h = seen.boxes[at]
            corners = np.array([x, y, x + w, y + h])
            targets.append((corners - np.tile(square[:2], 2)) / np.tile(square[2:], 2))
            labels.append(float(positive))
    flip = rng.random(groups) < 0.5
    boxes = np.array(targets)
    mirrored = np.repeat(flip, config.per_group)
    boxes[mirrored] = (1 - boxes[mirrored][:, [2, 1, 0, 3]]) * [1, 0, 1, 0] + boxes[mirrored] * [0, 1, 0, 1]
    return Draw(_cuts(templates), _cuts(search), boxes, np.array(labels), flip)


def _another(
    track: Track, store: FrameStore, chance: np.ndarray, config: SampleConfig, rng: np.random.Generator
) -> Track | None:
    """Another object than ``track``; None when a few draws find none, as in a store with a single track."""
    for _ in range(4):
        seen = _draw_track(store, store.sources[rng.choice(len(chance), p=chance)], config, rng)
        if not (np.array_equal(seen.frames, track.frames) and np.array_equal(seen.boxes, track.boxes)):
            return seen
    return None


def _cuts(rows: list[tuple[int, np.ndarray]]) -> Cuts:
    return Cuts(np.array([frame for frame, _ in rows]), np.array([square for _, square in rows]))


def _draw_track(store: FrameStore, source: Source, config: SampleConfig, rng: np.random.Generator) -> Track:
    track = source.tracks[rng.integers(len(source.tracks))]
    if len(track.frames) > 1 or rng.random() >= config.random_boxes:
        return track
    return Track(track.frames[:1], random_box(store.extents[track.frames[0]], rng)[None])


def _near(base: int, length: int, gap: int, rng: np.random.Generator) -> int:
    return int(rng.integers(max(0, base - gap), min(length, base + gap + 1)))


def _small_error(box: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return jitter(box, rng.normal(0, 1, 2), rng.random(2), 0.08, 0.25)


def _previous_box(box: np.ndarray, factor: float, config: SampleConfig, rng: np.random.Generator) -> np.ndarray:
    """Mostly a small step, as between two frames of a video; sometimes anywhere that keeps the centre in view."""
    if rng.random() < config.calm:
        steps = np.clip(rng.laplace(0, config.calm_shift, 2), -0.45 * factor, 0.45 * factor)
        return jitter(box, rng.laplace(0, 1, 2), steps + 0.5, config.calm_scale, 1.0)
    return jitter(box, rng.normal(0, 1, 2), rng.random(2), config.wild_scale, 0.9 * factor)


def _square(box: np.ndarray, factor: float) -> np.ndarray:
    side = max(np.sqrt(box[2] * box[3]) * factor, 2.0)
    return np.array([box[0] + box[2] / 2 - side / 2, box[1] + box[3] / 2 - side / 2, side, side])
