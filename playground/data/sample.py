"""Choose what a training group shows and where it is cut: numbers only, no pixels.

A *group* is one set of templates with several search regions. Encoding the templates once for all of them is cheaper
than encoding them for each, which is what the split into `encode` and `locate` allows.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from playground.data.cuts import Cuts
from playground.data.order import draw_frames
from playground.data.store import Frames
from playground.data.tracks import Source, Track
from playground.train_config import AugmentConfig, SampleConfig

TRIES = 4  # draws after which there counts as no other object
ONLINE_SCALE, ONLINE_SHIFT = 0.08, 0.25  # of `jitter`: the online template comes from the tracker's own boxes


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What groups are drawn from, and how. ``chances`` are the running sums of the sources' shares, up to 1."""

    frames: Frames
    chances: Float[np.ndarray, "sources"]
    sample: SampleConfig
    augment: AugmentConfig
    template_factor: float
    search_factor: float

    def draw_track(self, rng: np.random.Generator) -> Track:
        """Any track of a source that is drawn by its share."""
        tracks = self.frames.sources[int(np.searchsorted(self.chances, rng.random(), "right"))].tracks
        return tracks[int(rng.integers(len(tracks)))]

    def draw_other(self, name: str, rng: np.random.Generator) -> Track | None:
        """A track of another clip than ``name``; None when a few draws find none."""
        drawn = (self.draw_track(rng) for _ in range(TRIES))
        return next((track for track in drawn if track.name != name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """``k`` templates and ``m`` search regions of the object of the clip ``name``.

    The boxes x, y, w, h in frame pixels are what is to be seen in each; where ``label`` is 0 a search region shows
    another object, or the place where the template's was before it went.
    """

    name: str
    templates: Cuts
    template_boxes: Float[np.ndarray, "k 4"]
    search: Cuts
    search_boxes: Float[np.ndarray, "m 4"]
    label: Float[np.ndarray, "m"]


def source_chances(sources: tuple[Source, ...], weights: dict[str, float]) -> Float[np.ndarray, "sources"]:
    """Running sums of the shares of sources weighed by name, 1 where absent.

    Raises ``ValueError`` naming ``weights`` when all are 0.
    """
    sums = np.cumsum([weights.get(source.name, 1.0) for source in sources])
    if sums[-1] <= 0:
        names = ", ".join(source.name for source in sources)
        raise ValueError(f"weights: at least one source must weigh more than 0; there are {names}.")
    return sums / sums[-1]


def jitter(
    box: Float[np.ndarray, "*n 4"],
    normal: Float[np.ndarray, "*n 2"],
    uniform: Float[np.ndarray, "*n 2"],
    scale: float,
    centre: float,
) -> Float[np.ndarray, "*n 4"]:
    """The box a tracker might have had in the frame before (spec 3.3).

    Sides are multiplied by ``exp(scale * normal)``; the centre moves by ``centre * sqrt(w * h) * (uniform - 0.5)``.
    """
    size = box[..., 2:] * np.exp(normal * scale)
    offset = np.sqrt(size.prod(-1, keepdims=True)) * centre * (uniform - 0.5)
    return np.concatenate([box[..., :2] + 0.5 * box[..., 2:] + offset - 0.5 * size, size], -1)


def random_box(extent: Float[np.ndarray, "2"], rng: np.random.Generator) -> Float[np.ndarray, "4"]:
    """Any rectangle in a picture of ``extent`` (width, height) pixels, each at least 16.

    Matching a rectangle of a still to itself teaches place and size without knowing what an object is.
    """
    side = np.exp(rng.uniform(np.log(12), np.log(max(13.0, 0.5 * extent.min()))))
    ratio = np.exp(rng.normal(0, 0.35))
    size = np.clip(np.array([side * ratio, side / ratio]), 6, 0.9 * extent)
    return np.concatenate([rng.uniform(0, 1, 2) * (extent - size), size])


def draw_group(plan: Plan, rng: np.random.Generator) -> Group:
    """Draw one group: which frames of which objects, and the squares around boxes that are a little wrong."""
    config, augment = plan.sample, plan.augment
    track = plan.draw_track(rng)
    if len(track.frames) == 1 and rng.random() < config.random_boxes:
        box = random_box(plan.frames.extent(int(track.frames[0])), rng)
        track = replace(track, boxes=box[None], absent=track.absent[:0])
    first, search = draw_frames(track.frames, config, rng)
    frames, boxes, label = track.frames[search], track.boxes[search], np.ones(len(search))
    for i in np.flatnonzero(rng.random(len(search)) < config.negatives):
        if (found := _negative(plan, track, rng)) is not None:
            frames[i], boxes[i], label[i] = *found, 0.0
    flip = rng.random() < augment.flip
    mirror = flip ^ (rng.random(len(first) + len(search)) < augment.flip_each)
    template_boxes = track.boxes[first]
    around = template_boxes.copy()
    error = rng.normal(0, 1, (len(first) - 1, 2)), rng.random((len(first) - 1, 2))
    around[1:] = jitter(around[1:], *error, ONLINE_SCALE, ONLINE_SHIFT)
    return Group(
        name=track.name,
        templates=Cuts(
            frames=track.frames[first],
            squares=_squares(around, np.full(len(first), plan.template_factor)),
            turn=np.zeros(len(first)),
            mirror=mirror[: len(first)],
        ),
        template_boxes=template_boxes,
        search=Cuts(
            frames=frames,
            squares=_search_squares(boxes, plan.search_factor, config, rng),
            turn=rng.uniform(-augment.turn, augment.turn, len(search)),
            mirror=mirror[len(first) :],
        ),
        search_boxes=boxes,
        label=label,
    )


def _negative(plan: Plan, track: Track, rng: np.random.Generator) -> tuple[int, np.ndarray] | None:
    """A frame and a box where the object is not: where it was seen last in a frame of its clip without it (spec 3.4,
    which takes the picture's centre), else an object of another clip; None when there is none."""
    if len(track.absent):
        frame = int(rng.choice(track.absent))
        return frame, track.boxes[max(0, int(np.searchsorted(track.frames, frame)) - 1)]
    if (other := plan.draw_other(track.name, rng)) is None:
        return None
    at = int(rng.integers(len(other.frames)))
    return int(other.frames[at]), other.boxes[at]


def _search_squares(
    boxes: np.ndarray, search_factor: float, config: SampleConfig, rng: np.random.Generator
) -> np.ndarray:
    """Around the box of the frame before: mostly a small step away, as between two frames of a video; else anywhere
    that keeps the centre in view."""
    n = len(boxes)
    factor = search_factor * np.exp(rng.normal(config.zoom_mean, config.zoom, n))
    most = 0.45 * factor[:, None]
    small_move = np.clip(rng.laplace(0, config.calm_shift, (n, 2)), -most, most)
    wild_move = config.wild_reach * factor[:, None] * (rng.random((n, 2)) - 0.5)
    small_change, wild_change = rng.laplace(0, config.calm_scale, (n, 2)), rng.normal(0, config.wild_scale, (n, 2))
    calm = rng.random((n, 1)) < config.calm
    before = jitter(
        boxes, np.where(calm, small_change, wild_change), np.where(calm, small_move, wild_move) + 0.5, 1.0, 1.0
    )
    squares = _squares(before, factor)
    size = squares[:, 2:] * np.exp(rng.normal(0, config.stretch, (n, 2)))
    return np.concatenate([squares[:, :2] + squares[:, 2:] / 2 - size / 2, size], 1)


def _squares(boxes: np.ndarray, factor: np.ndarray) -> np.ndarray:
    side = np.maximum(np.sqrt(boxes[:, 2] * boxes[:, 3]) * factor, 2.0)[:, None]
    return np.concatenate([boxes[:, :2] + boxes[:, 2:] / 2 - side / 2, side, side], 1)
