"""How far a mean over sequences can be trusted: confidence intervals from resampled sequences."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

RESAMPLES, LEVEL, SEED = 2000, 0.95, 0


@dataclass(frozen=True, slots=True)
class Interval:
    """A ``mean`` and the borders between which the middle 95 % of the means of resampled sequences lie."""

    mean: float
    low: float
    high: float


def interval(values: Float[np.ndarray, "n"], weights: Float[np.ndarray, "n"] | None = None) -> Interval:
    """Weighted mean of one value a sequence with its percentile bootstrap interval; the same every time.

    Sequences are drawn with replacement, as many as there are: another data set of the same kind might have had these.
    One sequence says nothing of others, so its interval is its value.
    """
    weights = np.ones(len(values)) if weights is None else weights
    drawn = np.random.default_rng(SEED).integers(len(values), size=(RESAMPLES, len(values)))
    means = (values * weights)[drawn].sum(axis=1) / weights[drawn].sum(axis=1)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(np.average(values, weights=weights)), float(low), float(high))
