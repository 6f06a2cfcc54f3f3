"""One track in numbers, by the rules of its benchmark."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from playground.evaluate import metrics
from playground.evaluate.failures import Failures, find_failures
from playground.evaluate.groups import groups_of
from playground.evaluate.protocol import Protocol
from playground.evaluate.results import Track


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SequenceScore:
    """All measures in 0..1. ``judged`` of the ``frames`` tracked ones count in the overlap by the rules; ``groups`` and
    failures are those of `groups_of` and `find_failures`; ``frame_ms`` is the median after the given frame."""

    name: str
    frames: int
    judged: int
    auc: float
    precision: float
    normalised: float
    ao: float
    sr50: float
    sr75: float
    success: Float[np.ndarray, "21"]
    near: Float[np.ndarray, "51"]
    near_normalised: Float[np.ndarray, "51"]
    failures: Failures
    groups: tuple[str, ...]
    frame_ms: float


def score_track(track: Track, rules: Protocol) -> SequenceScore:
    """The measures of a track. Raises ``ValueError`` as `playground.evaluate.metrics.overlaps` does."""
    found, truth = track.boxes, track.sequence.boxes
    overlap = metrics.overlaps(found, truth, rules, track.size)
    near = metrics.precision_curve(metrics.centre_errors(found, truth, rules), metrics.PIXELS)
    near_normalised = metrics.precision_curve(metrics.normalised_errors(found, truth, rules), metrics.SHARES)
    success = metrics.success_curve(overlap)
    return SequenceScore(
        name=track.sequence.name,
        frames=int(np.isfinite(track.seconds).sum()),
        judged=len(overlap),
        auc=float(success.mean()),
        precision=float(near[metrics.NEAR]),
        normalised=float(near_normalised[metrics.NEAR]),
        ao=float(overlap.clip(0).mean()),
        sr50=float((overlap > 0.5).mean()),
        sr75=float((overlap > 0.75).mean()),
        success=success,
        near=near,
        near_normalised=near_normalised,
        failures=find_failures(found, truth),
        groups=groups_of(track.sequence),
        frame_ms=float(np.median(steps_ms(track))),
    )


def steps_ms(track: Track) -> Float[np.ndarray, "steps"]:
    """Milliseconds of every frame after the given one."""
    seconds = track.seconds[np.isfinite(track.seconds)]
    return seconds[1:] * 1e3


def is_measurable(track: Track) -> bool:
    """False where the truth is withheld: no frame after the first has a true box."""
    return int(np.isfinite(track.sequence.boxes).all(axis=1).sum()) > 1
