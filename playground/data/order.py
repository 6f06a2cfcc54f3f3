"""Which frames of a track become templates and search frames (spec 3.2)."""

import numpy as np
from jaxtyping import Int

from playground.train_config import SampleConfig

GROW = 5  # frames that a span grows by until it holds a frame

Drawn = tuple[list[int], list[int]]


def draw_frames(frames: Int[np.ndarray, "n"], config: SampleConfig, rng: np.random.Generator) -> Drawn:
    """Positions in ``frames``, the numbers of the frames that show an object, in order.

    First ``config.templates`` for templates, then ``config.per_group`` for search regions, drawn in ``config.order``
    (`SampleConfig`). A track without a frame before and one after another is drawn ``near`` instead of ``causal``.
    """
    if len(frames) == 1:
        return [0] * config.templates, [0] * config.per_group
    if config.order == "trident":
        return _trident(frames, config, rng)
    if config.order == "causal" and len(frames) > 2:
        return _causal(frames, config, rng)
    return _near(frames, config, rng)


def _near(frames: np.ndarray, config: SampleConfig, rng: np.random.Generator) -> Drawn:
    base, online = int(rng.integers(len(frames))), config.templates - 1
    low, high = np.searchsorted(frames, frames[base] + [-config.max_gap, config.max_gap + 1])
    found = rng.integers(low, high, online + config.per_group).tolist()
    return [base, *found[:online]], found[online:]


def _causal(frames: np.ndarray, config: SampleConfig, rng: np.random.Generator) -> Drawn:
    base = int(rng.integers(1, len(frames) - 1))
    at, gap = int(frames[base]), config.max_gap
    before = [_within(frames, at - gap, at, -GROW, rng) for _ in range(config.templates - 1)]
    after = [_within(frames, at + 1, at + gap, GROW, rng) for _ in range(config.per_group)]
    return [base, *before], after


def _trident(frames: np.ndarray, config: SampleConfig, rng: np.random.Generator) -> Drawn:
    """With several search frames the online templates lie beyond the first of them."""
    first, *search = rng.integers(len(frames), size=1 + config.per_group).tolist()
    at, gap = int(frames[search[0]]), config.max_gap
    span = (at, at + gap, GROW) if first >= search[0] else (at - gap, at, -GROW)
    return [first, *(_within(frames, *span, rng) for _ in range(config.templates - 1))], search


def _within(frames: np.ndarray, start: int, stop: int, grow: int, rng: np.random.Generator) -> int:
    """The position of one of the frames in ``start <= frame < stop``; ``grow`` moves the start, or the stop, on."""
    low, high = np.searchsorted(frames, [start, stop])
    while low == high:
        start, stop = start + min(grow, 0), stop + max(grow, 0)
        low, high = np.searchsorted(frames, [start, stop])
    return int(rng.integers(low, high))
